import { READ, refused } from './exchanges.ts'
import { api, clientId, origin, below } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { opaqueToken } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 3600

export const nodeOauth2Server = defineServer({
  name: 'node-oauth2-server',
  title: '@node-oauth/oauth2-server, password grant',
  inputs: {
    server: origin,
    path: { description: 'The token endpoint.', example: '/api/oauth/token', default: '/oauth/token' },
    clientId,
    api,
  },
  configuration: (inputs) => {
    const url = below(inputs.server, inputs.path)
    return oneSession({
      resources: [inputs.api],
      except: [url],
      capture: [url],
      refresh: { url, clientId: inputs.clientId },
    })
  },
  atTheServer: [
    'Pass requireClientAuthentication: { password: false, refresh_token: false } to the token handler: a page has no secret.',
    'Give the client the grants "password" and "refresh_token".',
  ],
  quirks: [
    'The sign-in and the refresh go to one URL: it is captured, and it is where the worker refreshes.',
    'A refresh rotates, and the old refresh token is revoked at once, without a grace period; alwaysIssueNewRefreshToken: false keeps it.',
  ],
  cannot: [
    'Revocation at sign-out: the package has no endpoint for it. Where you have one, write it at "revoke".',
    'The password grant in OAuth 2.1: it is gone there. With the code grant, use "authorizationServer" and "metadata".',
  ],
  evidence: { kind: 'source code', version: '@node-oauth/oauth2-server 5.3.0' },
  sources: [
    {
      title: '@node-oauth/oauth2-server 5.3.0: grant types, handlers and errors',
      url: 'https://www.npmjs.com/package/@node-oauth/oauth2-server/v/5.3.0',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const url = below(inputs.server, inputs.path)
    const token = (kind: string, number: 1 | 2) => opaqueToken(`${kind}-${number}-${now}`)
    const tokens = (number: 1 | 2): JsonObject => ({
      access_token: token('access', number),
      token_type: 'Bearer',
      expires_in: LIFETIME_SECONDS - 1,
      refresh_token: token('refresh', number),
    })
    return {
      signIn: {
        by: 'capture',
        exchange: {
          request: {
            method: 'POST',
            url,
            form: { grant_type: 'password', client_id: inputs.clientId, username: 'ada', password: 'lighthouse' },
          },
          answer: { status: 200, body: tokens(1) },
        },
      },
      refresh: {
        request: {
          method: 'POST',
          url,
          form: {
            grant_type: 'refresh_token',
            refresh_token: token('refresh', 1),
            client_id: inputs.clientId,
          },
        },
        answer: { status: 200, body: tokens(2) },
      },
      refusal: refused(
        inputs.api,
        { authorization: `Bearer ${token('access', 1)}` },
        {
          status: 401,
          headers: { 'www-authenticate': 'Bearer realm="Service",error="invalid_token"' },
          body: { error: 'invalid_token', error_description: 'Invalid token: access token has expired' },
        },
      ),
      ended: {
        status: 400,
        body: { error: 'invalid_grant', error_description: 'Invalid grant: refresh token is invalid' },
      },
    }
  },
})
