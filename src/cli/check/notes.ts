import { parse } from 'tldts'
import type { Configuration, SessionConfiguration } from '../../policy/configuration.ts'
import type { ConfigurationIssue } from '../../errors.ts'
import { pathOf } from './json-path.ts'
import { NOTES_ON_AUTHORIZATION_SERVERS } from './notes-on-authorization-servers.ts'
import type { Note } from './note.ts'
import { NOTES_ON_PATTERNS, patternsOf } from './notes-on-patterns.ts'
import { quoted } from './quoted.ts'

/** What is legal, and probably not what was meant. */
const NOTES: readonly Note[] = [
  ...NOTES_ON_PATTERNS,
  cookieLeftOut,
  headerWithoutScheme,
  directWithProofs,
  contentTypeOfBody,
  ...NOTES_ON_AUTHORIZATION_SERVERS,
  vaultOfItsOwnSite,
]

/** @param complete nothing had to be left out, so that what is not there was not written */
export function notesOn({ sessions }: Configuration, base: string, complete: boolean): readonly ConfigurationIssue[] {
  const notes = sessions.flatMap((session) =>
    [...NOTES, ...(complete ? [neverRefreshed] : [])]
      .flatMap((note) => note(session, base))
      .map(([key, message]) => ({ path: `${at(session)}.${key}`, message })),
  )
  return [...notes, ...shadowed(sessions)]
}

const at = ({ name }: SessionConfiguration) =>
  /^[\w$]+$/.test(name) ? `sessions.${name}` : `sessions[${JSON.stringify(name)}]`

function neverRefreshed(session: SessionConfiguration): [string, string][] {
  const { refresh, authorizationServer, capture } = session
  if (refresh || authorizationServer || session.vault !== undefined) return []
  const source = capture.length > 0 ? '' : ' Without "capture" either, tokens come only from bearerWorker.setTokens().'
  return [
    [
      'refresh',
      `There is no "refresh" and no "authorizationServer": when the access token runs out, the user has to sign in again.${source}`,
    ],
  ]
}

/** `{refreshToken}` in a header or a parameter. */
const placesToken = (refresh: object) =>
  JSON.stringify(refresh).includes('{refreshToken}') || JSON.stringify(refresh).includes('{accessToken}')

function cookieLeftOut({ refresh }: SessionConfiguration, base: string): [string, string][] {
  if (refresh?.body === 'none' && refresh.credentials === 'same-origin' && !placesToken(refresh))
    return new URL(refresh.url, base).origin === new URL(base).origin
      ? []
      : [
          [
            'refresh.credentials',
            `With "same-origin" a cookie goes to the origin of your site only: write "include", unless ${quoted(new URL(refresh.url).origin)} is the origin of your site.`,
          ],
        ]
  if (refresh?.body !== 'none' || refresh.credentials !== 'omit' || placesToken(refresh)) return []
  return [
    [
      'refresh.body',
      'With "none" the refresh token is in a cookie, and "credentials" is "omit": write "credentials": "same-origin", or "include" for another origin.',
    ],
  ]
}

/** A header of the server's own mostly carries the bare token. */
function headerWithoutScheme({ header, scheme }: SessionConfiguration): [string, string][] {
  if (header.toLowerCase() === 'authorization' || scheme !== undefined) return []
  return [
    [
      'header',
      `${quoted(header)} will be sent as "Bearer …": write "scheme": "" beside it if the server wants the token alone, or "scheme": "Bearer".`,
    ],
  ]
}

const TYPES = { json: /json/i, form: /x-www-form-urlencoded/i } as const

/** A header that says another type than the body has. */
function contentTypeOfBody({ refresh, signOut }: SessionConfiguration): [string, string][] {
  return Object.entries({ refresh, signOut }).flatMap(([call, described]): [string, string][] => {
    const { body = 'form', headers = {} } = (described ?? {}) as { body?: string; headers?: Record<string, string> }
    const [name, type] = Object.entries(headers).find(([each]) => /^content-type$/i.test(each)) ?? []
    const meant = (['json', 'form'] as const).find((each) => type !== undefined && TYPES[each].test(type))
    if (name === undefined || meant === undefined || meant === body) return []
    return [
      [
        pathOf([call, 'headers', name]),
        body === 'none'
          ? `There is no body: take this header out, or write "body": "${meant}".`
          : `The body is sent as ${body === 'json' ? 'JSON' : 'a form'}, whatever this header says: write "body": "${meant}", and take the header out.`,
      ],
    ]
  })
}

function directWithProofs({ direct, authorizationServer }: SessionConfiguration): [string, string][] {
  if (!direct || !authorizationServer?.dpop) return []
  return [
    [
      'direct',
      'With "dpop": true this has no effect: the proofs are made in the worker, and so its requests pass the worker. Take one of the two out.',
    ],
  ]
}

/** Below a public suffix such as github.io each name is a site of its own, and shares its storage with no app. */
function vaultOfItsOwnSite({ vault }: SessionConfiguration): [string, string][] {
  const host = vault === undefined ? undefined : new URL(vault).hostname
  if (host === undefined || !parse(host, { allowPrivateDomains: true }).isPrivate) return []
  return [
    [
      'vault',
      `${quoted(host)} is a site of its own, by the Public Suffix List: it shares no storage with an app beside it. Use a domain of yours, and serve the vault beside the app, as https://auth.example.com beside https://app.example.com.`,
    ],
  ]
}

/** A pattern that an earlier session has as well: the first session that matches wins. */
function shadowed(sessions: readonly SessionConfiguration[]): ConfigurationIssue[] {
  const owners = new Map<string, string>()
  return sessions.flatMap((session) =>
    patternsOf(session)
      .filter(({ field }) => field === 'resources')
      .flatMap(({ key, pattern }) => {
        const owner = owners.get(pattern)
        if (owner === undefined) owners.set(pattern, session.name)
        if (owner === undefined) return []
        const message =
          owner === session.name
            ? `${quoted(pattern)} stands in this list already.`
            : `The session ${quoted(owner)} has ${quoted(pattern)} as well, and comes first: this one never gets these requests.`
        return [{ path: `${at(session)}.${key}`, message }]
      }),
  )
}
