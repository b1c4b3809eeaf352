/** Plain JSON: what a configuration file and the body of an answer are made of. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** What `init` asks for: a flag, or a question on a terminal. */
export interface ServerInput {
  /** A sentence for people. */
  readonly description: string
  readonly example: string
  /** Values that the server does not take, each with what to write. */
  readonly refuses?: readonly { readonly value: RegExp; readonly cure: string }[]
  /** Taken when nothing is given; an input without one is required. */
  readonly default?: string
}

/** A request as the server documents it. */
export interface DocumentedRequest {
  readonly method: string
  /** Absolute, or relative to the site's origin. */
  readonly url: string
  /** Names in lower case; only the headers that the server looks at. */
  readonly headers?: Readonly<Record<string, string>>
  /** The fields of an `application/x-www-form-urlencoded` body. */
  readonly form?: Readonly<Record<string, string>>
  /** The value of a JSON body. A request with neither `form` nor `json` has no body. */
  readonly json?: Json
}

/** An answer as the server documents it. */
export interface DocumentedAnswer {
  readonly status: number
  /** Names in lower case; `content-type: application/json` is left out. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; left out for an empty body. */
  readonly body?: Json
}

export interface Exchange {
  readonly request: DocumentedRequest
  readonly answer: DocumentedAnswer
}

/** How the first tokens come. */
export type SignIn =
  /** The answer to a request of the page is captured. */
  | { readonly by: 'capture'; readonly exchange: Exchange }
  /** The page signs in by cookie, then calls `refresh()`; `first` is what that brings. */
  | { readonly by: 'cookie'; readonly exchange: Exchange; readonly first: DocumentedAnswer }
  /**
   * The worker signs in by the authorization code flow; `exchange` is the one at the token endpoint. An ID token in it has no
   * `nonce`: a server that replays this answer adds the one of the authorization request.
   */
  | { readonly by: 'code'; readonly metadata?: Exchange; readonly exchange: Exchange }
  /** Code of the page provides token responses: the first, and the next when it is asked again. */
  | { readonly by: 'page'; readonly provided: readonly JsonObject[] }

export interface ServerAnswers {
  readonly signIn: SignIn
  /** With the tokens of the sign-in; left out where the server has no refresh. */
  readonly refresh?: Exchange
  /** A request to the API with the access token of the sign-in, and its refusal. */
  readonly refusal: Exchange
  /** Answers of the API with such a status that do not refuse the token: a wrong password, a matter of rights. */
  readonly noRefusal?: readonly DocumentedAnswer[]
  /** What the refresh brings once the session has ended. */
  readonly ended?: DocumentedAnswer
  /** What the refresh can bring that does not end the session: a quota, a rate limit. */
  readonly forNow?: readonly DocumentedAnswer[]
  /** What `signOut()` sends, with the tokens of the sign-in. */
  readonly signOut?: Exchange
  /** Where `signOut()` navigates to after that. */
  readonly endSession?: { readonly url: string; readonly parameters: Readonly<Record<string, string>> }
}

/** A value of a request that is another one each time, such as an authorization code. */
export const ANOTHER_EACH_TIME = '(another each time)'

export interface Source {
  readonly title: string
  readonly url: string
  /** The day on which it was read, as YYYY-MM-DD. */
  readonly read: string
}

/** Where the answers come from, and of which version they are. */
export interface Evidence {
  readonly kind: 'run' | 'source code' | 'documentation'
  readonly version: string
}

export type Inputs<Name extends string = string> = Readonly<Record<Name, string>>

/** One server that teams have behind their single-page app. */
export interface KnownServer<Name extends string = string> {
  /** Kebab-case, for `npx bearer-worker init FOLDER --for NAME`. */
  readonly name: string
  readonly title: string
  readonly inputs: Readonly<Record<Name, ServerInput>>
  /** The content of `bearer-worker.json`. */
  configuration(inputs: Inputs<Name>): JsonObject
  /** What to set at the server, in sentences. */
  readonly atTheServer: readonly string[]
  /** What surprises, in one line each. */
  readonly quirks: readonly string[]
  /** What this server does not offer to browsers. */
  readonly cannot: readonly string[]
  readonly evidence: Evidence
  readonly sources: readonly Source[]
  /** @param now seconds since the epoch; tokens are issued shortly before. */
  answers(inputs: Inputs<Name>, now: number): ServerAnswers
}

/** Checks that a server uses no input that it does not ask for. */
export function defineServer<const Name extends string>(server: KnownServer<Name>): KnownServer {
  return server as KnownServer
}

/** Every input by its default, else by its example: for documentation and tests. */
export function exampleInputs(server: KnownServer): Inputs {
  return Object.fromEntries(
    Object.entries(server.inputs).map(([name, input]) => [name, input.default ?? input.example]),
  )
}

/** A configuration file with one session. */
export const oneSession = (main: JsonObject): JsonObject => ({
  $schema: './bearer-worker.schema.json',
  sessions: { main },
})
