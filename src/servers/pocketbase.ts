import { READ, refused } from './exchanges.ts'
import { origin, below } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { endingJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 432_000

export const pocketbase = defineServer({
  name: 'pocketbase',
  title: 'PocketBase',
  inputs: {
    server: origin,
    collection: {
      description: 'The auth collection of the users who sign in.',
      example: 'customers',
      default: 'users',
    },
  },
  configuration: (inputs) => {
    const rest = below(inputs.server, '/api')
    const users = `${rest}/collections/${inputs.collection}`
    return oneSession({
      resources: [`${rest}/*`],
      except: [`${users}/auth-with-*`],
      capture: [`${users}/auth-with-*`],
      tokenFields: { accessToken: 'token' },
      lifetimeSeconds: LIFETIME_SECONDS,
      refresh: { url: `${users}/auth-refresh`, body: 'none', headers: { Authorization: 'Bearer {accessToken}' } },
      sessionEnded: { statuses: [400, 401, 403, 404] },
    })
  },
  atTheServer: [
    'Set the duration of the auth token in the options of the collection, and the same number of seconds at "lifetimeSeconds".',
  ],
  quirks: [
    'The access token refreshes itself, and only while it is valid.',
    'A token says when it ends and not when it was issued: without "lifetimeSeconds" the worker would not refresh in time.',
    'An expired token is no refusal: the request is answered as that of a guest, by the rules of the collection, often with an empty list. So the refresh comes before, or not at all.',
    'The token of an impersonation is not refreshed: the server gives the same one back.',
    'With the pocketbase SDK, do not let it set the header: give it an empty authStore, or it is left alone.',
  ],
  cannot: [
    'A refresh token: the access token is all there is.',
    'A refusal of an expired token, except by endpoints that require one.',
    'Revocation at sign-out: a token is valid until it ends, or until the password changes.',
  ],
  evidence: { kind: 'source code', version: 'PocketBase 0.39.11' },
  sources: [
    {
      title: 'PocketBase: auth refresh, auth options and middlewares in its source code',
      url: 'https://github.com/pocketbase/pocketbase/blob/5d217ddb/apis/record_auth_refresh.go',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const rest = below(inputs.server, '/api')
    const users = `${rest}/collections/${inputs.collection}`
    const token = (number: 1 | 2) =>
      endingJwt(now, LIFETIME_SECONDS + number, {
        id: 'user1',
        type: 'auth',
        collectionId: '_pb_users_auth_',
        refreshable: true,
      })
    const record: JsonObject = {
      collectionId: '_pb_users_auth_',
      collectionName: inputs.collection,
      id: 'user1',
      email: 'ada@example.com',
    }
    const headers = { authorization: `Bearer ${token(1)}` }
    const unauthorized: JsonObject = {
      data: {},
      message: 'The request requires valid record authorization token.',
      status: 401,
    }
    return {
      signIn: {
        by: 'capture',
        exchange: {
          request: {
            method: 'POST',
            url: `${users}/auth-with-password`,
            json: { identity: 'ada@example.com', password: 'lighthouse' },
          },
          answer: { status: 200, body: { record, token: token(1) } },
        },
      },
      refresh: {
        request: { method: 'POST', url: `${users}/auth-refresh`, headers },
        answer: { status: 200, body: { record, token: token(2) } },
      },
      refusal: refused(`${rest}/*`, headers, { status: 401, body: unauthorized }),
      ended: { status: 401, body: unauthorized },
      forNow: [{ status: 429, body: { data: {}, message: 'Too Many Requests.', status: 429 } }],
    }
  },
})
