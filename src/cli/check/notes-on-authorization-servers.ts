import type { SessionConfiguration } from '../../policy/configuration.ts'
import type { Note } from './note.ts'
import { quoted } from './quoted.ts'

type Found = readonly (readonly [key: string, message: string])[]

export const NOTES_ON_AUTHORIZATION_SERVERS: readonly Note[] = [
  metadataUrl,
  parametersOfTheirOwn,
  noEndOfSession,
  noPushedRequests,
]

function metadataUrl({ authorizationServer }: SessionConfiguration): Found {
  const { issuer = '' } = authorizationServer ?? {}
  const [, before] = /^(.*?)\/\.well-known\//.exec(issuer) ?? []
  return before === undefined
    ? []
    : [
        [
          'authorizationServer.issuer',
          `The issuer is what stands before /.well-known: write ${quoted(before)}, as the metadata's own "issuer" has it.`,
        ],
      ]
}

/** Parameters that have a key of their own, which they replace. */
function parametersOfTheirOwn({ authorizationServer }: SessionConfiguration): Found {
  const parameters: Readonly<Record<string, unknown>> = authorizationServer?.parameters ?? {}
  return ['scope', 'resource']
    .filter((name) => Object.hasOwn(parameters, name))
    .map((name) => [
      `authorizationServer.parameters.${name}`,
      `This takes the place of "${name}" beside "parameters", and only in the authorization request: write it there.`,
    ])
}

function noEndOfSession({ authorizationServer }: SessionConfiguration): Found {
  const { metadata, postSignOutRedirectUri } = authorizationServer ?? {}
  if (!metadata || postSignOutRedirectUri === undefined || metadata.end_session_endpoint !== undefined) return []
  return [
    [
      'authorizationServer.postSignOutRedirectUri',
      'signOut() goes nowhere: add "end_session_endpoint" to "metadata", or take this out.',
    ],
  ]
}

/** @see https://www.rfc-editor.org/rfc/rfc9126#section-5 */
function noPushedRequests({ authorizationServer }: SessionConfiguration): Found {
  const { metadata } = authorizationServer ?? {}
  if (
    metadata?.require_pushed_authorization_requests !== true ||
    metadata.pushed_authorization_request_endpoint !== undefined
  )
    return []
  return [
    [
      'authorizationServer.metadata.require_pushed_authorization_requests',
      'A sign-in fails: add "pushed_authorization_request_endpoint", or take this out.',
    ],
  ]
}
