/** oidc-provider ships no types. These are the parts that our authorization server uses. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface Context {
    readonly req: IncomingMessage
    readonly res: ServerResponse
    readonly path: string
    readonly method: string
    readonly href: string
    status: number
    body: unknown
    type: string
    get(header: string): string
    set(header: string, value: string): void
    redirect(url: string): void
    readonly oidc: {
      readonly route: string
      readonly params: Readonly<Record<string, string | undefined>>
      readonly client: Client
      readonly session: { accountId?: string; grantIdFor(clientId: string): string | undefined }
      readonly result?: { readonly consent?: { readonly grantId?: string } }
      readonly provider: Provider
    }
  }

  export interface Client {
    readonly clientId: string
    grantTypeAllowed(type: string): boolean
  }

  export interface Grant {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }

  export interface AccessToken {
    readonly accountId: string
    readonly scope?: string
    /** The resource that it was issued for. */
    readonly aud?: string
    readonly jkt?: string
    readonly isValid: boolean
    readonly expiration: number
    save(): Promise<string>
  }

  export interface Interaction {
    readonly uid: string
    readonly prompt: { readonly name: string }
    readonly params: Readonly<Record<string, unknown>>
  }

  /** @see https://www.rfc-editor.org/rfc/rfc8707#section-2 */
  export const errors: { readonly InvalidTarget: new () => Error }

  export default class Provider {
    constructor(issuer: string, configuration: object)
    readonly Client: { find(id: string): Promise<Client | undefined> }
    readonly Grant: {
      new (properties: { readonly clientId: string; readonly accountId: string }): Grant
      find(id: string): Promise<Grant | undefined>
    }
    readonly AccessToken: {
      new (properties: object): AccessToken
      find(value: string): Promise<AccessToken | undefined>
    }
    readonly RefreshToken: { new (properties: object): { save(): Promise<string> } }
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): this
    on(event: string, listener: (context: Context, error?: Error) => void): this
    callback(): (request: IncomingMessage, response: ServerResponse) => void
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
  }
}
