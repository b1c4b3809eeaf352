import { codeFlowAnswers, codeFlowSession, INVALID_TOKEN } from './code-flow.ts'
import { READ } from './exchanges.ts'
import { afterSignOut, api, clientId, redirectUri, below } from './inputs.ts'
import { defineServer } from './known-server.ts'
import { issuedJwt, opaqueToken } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 3599

export const entraId = defineServer({
  name: 'entra-id',
  title: 'Microsoft Entra ID',
  inputs: {
    authority: {
      description: 'The cloud of the tenant.',
      example: 'https://login.microsoftonline.com',
      default: 'https://login.microsoftonline.com',
    },
    tenant: {
      description: 'The directory (tenant) id, as a GUID.',
      example: '11111111-2222-3333-4444-555555555555',
      refuses: [
        {
          value: /^(?![\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$)./i,
          cure: 'has to be the GUID of the directory, which the issuer names: the portal shows it as "Directory (tenant) ID". For "common", "organizations" or "consumers", write "metadata": see the page of this server.',
        },
      ],
    },
    clientId,
    redirectUri,
    afterSignOut,
    scope: {
      description: 'The scopes to ask for; all of the API are of one API.',
      example: 'openid offline_access api://shop/rows.read',
    },
    api,
  },
  configuration: (inputs) => codeFlowSession(inputs, { issuer: issuerOf(inputs) }),
  atTheServer: [
    'Register an application and add the redirect URI under the platform "Single-page application": the type "spa" is what allows the token endpoint by CORS.',
    'Under "Expose an API" of the API, add a scope; under "API permissions" of the application, add that scope.',
  ],
  quirks: [
    'A redirect URI of another type is refused at the token endpoint (AADSTS9002326, AADSTS9002327).',
    'The issuer has the GUID of the tenant, also where the URL would take its name.',
    'A refresh token is not revoked when it is used.',
    'An access token is for one API. For a second one, such as Microsoft Graph, write { "url": …, "scope": … } under "resources": see the recipe "One sign-in, several APIs".',
    'An access token for Microsoft Graph is not meant to be read by anybody else.',
  ],
  cannot: [
    'A session of more than 24 hours: the refresh token of a single-page application ends after a day, also if it was renewed. The user then signs in again, mostly without typing anything.',
    'Revocation at sign-out: there is no revocation endpoint.',
    'The issuers "common", "organizations" and "consumers": their metadata name the issuer as "{tenantid}". Write the endpoints into "metadata", or choose one tenant.',
  ],
  evidence: { kind: 'documentation', version: 'as of November 2026' },
  sources: [
    {
      title: 'Microsoft identity platform and OAuth 2.0 authorization code flow',
      url: 'https://github.com/MicrosoftDocs/entra-docs/blob/0c1ac842ddc9/docs/identity-platform/v2-oauth2-auth-code-flow.md',
      read: READ,
    },
    {
      title: 'Refresh tokens in the Microsoft identity platform',
      url: 'https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens',
      read: READ,
    },
    {
      title: 'AADSTS700084: the refresh token was issued to a single page app',
      url: 'https://github.com/AzureAD/microsoft-authentication-library-for-js/issues/6765',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const tenant = below(inputs.authority, `/${inputs.tenant}`)
    const token = (id: string) =>
      issuedJwt(now, LIFETIME_SECONDS, { iss: issuerOf(inputs), sub: 'user-1', tid: inputs.tenant, uti: id })
    return codeFlowAnswers(inputs, {
      issuer: issuerOf(inputs),
      metadata: {
        authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
        token_endpoint: `${tenant}/oauth2/v2.0/token`,
        end_session_endpoint: `${tenant}/oauth2/v2.0/logout`,
        jwks_uri: `${tenant}/discovery/v2.0/keys`,
        response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
        subject_types_supported: ['pairwise'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
      now,
      lifetimeSeconds: LIFETIME_SECONDS,
      accessTokens: [token('access-1'), token('access-2')],
      refreshTokens: [opaqueToken('refresh-1'), opaqueToken('refresh-2')],
      openId: true,
      scope: inputs.scope,
      refusal: INVALID_TOKEN,
      ended: {
        status: 400,
        body: {
          error: 'invalid_grant',
          error_description:
            'AADSTS700084: The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended.',
          error_codes: [700084],
        },
      },
      forNow: [{ status: 400, body: { error: 'temporarily_unavailable' } }],
    })
  },
})

const issuerOf = (inputs: { readonly authority: string; readonly tenant: string }): string =>
  below(inputs.authority, `/${inputs.tenant}/v2.0`)
