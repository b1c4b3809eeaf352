import { READ, refused } from './exchanges.ts'
import { api, below } from './inputs.ts'
import { defineServer, oneSession } from './known-server.ts'
import { issuedJwt, opaqueToken } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 3600

export const firebaseAuth = defineServer({
  name: 'firebase-auth',
  title: 'Firebase Authentication, REST API',
  inputs: {
    apiKey: { description: 'The Web API key of the project.', example: 'made-up-api-key' },
    identity: {
      description: 'Where users sign in. The emulator has it below its own origin.',
      example: 'http://127.0.0.1:9099/identitytoolkit.googleapis.com',
      default: 'https://identitytoolkit.googleapis.com',
    },
    secureToken: {
      description: 'Where tokens are refreshed. The emulator has it below its own origin.',
      example: 'http://127.0.0.1:9099/securetoken.googleapis.com',
      default: 'https://securetoken.googleapis.com',
    },
    api,
  },
  configuration: (inputs) =>
    oneSession({
      resources: [inputs.api],
      capture: [below(inputs.identity, '/v1/accounts*')],
      tokenFields: { accessToken: 'idToken', refreshToken: 'refreshToken', expiresIn: 'expiresIn' },
      refresh: {
        url: below(inputs.secureToken, `/v1/token?key=${encodeURIComponent(inputs.apiKey)}`),
        tokenFields: {
          accessToken: 'id_token',
          refreshToken: 'refresh_token',
          expiresIn: 'expires_in',
          tokenType: 'token_type',
        },
        errorField: 'error.message',
      },
      sessionEnded: {
        errorCodes: ['TOKEN_EXPIRED', 'USER_DISABLED', 'USER_NOT_FOUND', 'INVALID_REFRESH_TOKEN'],
        statuses: [],
      },
    }),
  atTheServer: ['Enable the sign-in methods of the project, and add the domain of the site to "Authorized domains".'],
  quirks: [
    'What an API checks is the ID token: it is the access token here.',
    'The sign-in answers in camelCase, the refresh in snake_case; lifetimes are strings.',
    'A quota is answered with status 400 (QUOTA_EXCEEDED) and ends nothing.',
    'The refresh token is not rotated, and does not end by time: only a new password, a disabled account or a revocation ends it.',
    'With the Firebase SDK in the page, use "refresh": { "by": "page" } and user.getIdToken() in its place.',
  ],
  cannot: ['Revocation at sign-out: only the Admin SDK of a server revokes refresh tokens.'],
  evidence: { kind: 'documentation', version: 'Identity Toolkit v1' },
  sources: [
    {
      title: 'Firebase Auth REST API',
      url: 'https://firebase.google.com/docs/reference/rest/auth',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const token = (number: 1 | 2) =>
      issuedJwt(now, LIFETIME_SECONDS, {
        iss: 'https://securetoken.google.com/shop',
        aud: 'shop',
        sub: 'user-1',
        user_id: 'user-1',
        jti: `${number}`,
      })
    const error = (message: string) => ({
      status: 400,
      body: { error: { code: 400, message, status: 'INVALID_ARGUMENT' } },
    })
    const key = `key=${encodeURIComponent(inputs.apiKey)}`
    return {
      signIn: {
        by: 'capture',
        exchange: {
          request: {
            method: 'POST',
            url: below(inputs.identity, `/v1/accounts:signInWithPassword?${key}`),
            json: { email: 'ada@example.com', password: 'lighthouse', returnSecureToken: true },
          },
          answer: {
            status: 200,
            body: {
              localId: 'user-1',
              email: 'ada@example.com',
              registered: true,
              idToken: token(1),
              refreshToken: opaqueToken('refresh-1'),
              expiresIn: `${LIFETIME_SECONDS}`,
            },
          },
        },
      },
      refresh: {
        request: {
          method: 'POST',
          url: below(inputs.secureToken, `/v1/token?${key}`),
          form: { grant_type: 'refresh_token', refresh_token: opaqueToken('refresh-1') },
        },
        answer: {
          status: 200,
          body: {
            access_token: token(2),
            expires_in: `${LIFETIME_SECONDS}`,
            token_type: 'Bearer',
            refresh_token: opaqueToken('refresh-1'),
            id_token: token(2),
            user_id: 'user-1',
            project_id: '1234567890',
          },
        },
      },
      refusal: refused(inputs.api, { authorization: `Bearer ${token(1)}` }, { status: 401 }),
      ended: error('TOKEN_EXPIRED'),
      forNow: [error('QUOTA_EXCEEDED')],
    }
  },
})
