import { READ, refused } from './exchanges.ts'
import { origin, below } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { issuedJwt } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 7200

export const payload = defineServer({
  name: 'payload',
  title: 'Payload 3',
  inputs: {
    server: origin,
    collection: {
      description: 'The collection of the users who sign in.',
      example: 'customers',
      default: 'users',
    },
  },
  configuration: (inputs) => {
    const rest = below(inputs.server, '/api')
    const users = `${rest}/${inputs.collection}`
    const headers = { Authorization: 'JWT {accessToken}' }
    return oneSession({
      resources: [`${rest}/*`],
      except: [`${users}/login`],
      scheme: 'JWT',
      capture: [`${users}/login`],
      tokenFields: { accessToken: 'token', expiresAt: { at: 'exp', in: 's' } },
      refresh: {
        url: `${users}/refresh-token`,
        body: 'none',
        headers,
        tokenFields: { accessToken: 'refreshedToken', expiresAt: { at: 'exp', in: 's' } },
      },
      invalidToken: { statuses: [401, 403] },
      sessionEnded: { statuses: [400, 401, 403] },
      signOut: { url: `${users}/logout`, body: 'none', headers },
    })
  },
  atTheServer: [
    'Leave removeTokenFromResponses off in the collection: the token has to be in the answer.',
    'Add the origin of the site to "cors", where it is another.',
    'Set tokenExpiration to the time after which an idle user has to sign in again: its default is two hours.',
  ],
  quirks: [
    'The access token refreshes itself, and only while it is valid: after tokenExpiration without a visit the session has ended.',
    'An expired token is no refusal of its own: the request is answered as one without a user, with 403 or with what everybody may see.',
    'A 403 that is a matter of rights costs a refresh each, at most five in a minute.',
    'The sign-in sets a cookie, too: the worker leaves it out ("credentials" is "omit").',
    'Where the collection has sessions, the refresh of a session that was signed out can fail with status 500, which ends nothing: the token ends at its time.',
  ],
  cannot: ['A refresh token: the access token is all there is.'],
  evidence: { kind: 'source code', version: 'Payload 3.90.2' },
  sources: [
    {
      title: 'payload 3.90.2: auth endpoints, operations and extractJWT',
      url: 'https://www.npmjs.com/package/payload/v/3.90.2',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const rest = below(inputs.server, '/api')
    const users = `${rest}/${inputs.collection}`
    const token = (number: 1 | 2) =>
      issuedJwt(now, LIFETIME_SECONDS, {
        id: 1,
        collection: inputs.collection,
        email: 'ada@example.com',
        sid: `${number}`,
      })
    const headers = { authorization: `JWT ${token(1)}` }
    const user = { id: 1, email: 'ada@example.com', collection: inputs.collection }
    const forbidden: JsonObject = { errors: [{ message: 'You are not allowed to perform this action.' }] }
    return {
      signIn: {
        by: 'capture',
        exchange: {
          request: {
            method: 'POST',
            url: `${users}/login`,
            json: { email: 'ada@example.com', password: 'lighthouse' },
          },
          answer: {
            status: 200,
            headers: { 'set-cookie': `payload-token=${token(1)}; Path=/; HttpOnly=true; SameSite=Lax` },
            body: { message: 'Authentication Passed', exp: now + LIFETIME_SECONDS, token: token(1), user },
          },
        },
      },
      refresh: {
        request: { method: 'POST', url: `${users}/refresh-token`, headers },
        answer: {
          status: 200,
          body: {
            message: 'Token refresh successful',
            exp: now + LIFETIME_SECONDS,
            refreshedToken: token(2),
            setCookie: true,
            user,
          },
        },
      },
      refusal: refused(`${rest}/*`, headers, { status: 403, body: forbidden }),
      ended: { status: 403, body: forbidden },
      signOut: {
        request: { method: 'POST', url: `${users}/logout`, headers },
        answer: { status: 200, body: { message: 'Logged out successfully.' } },
      },
    }
  },
})
