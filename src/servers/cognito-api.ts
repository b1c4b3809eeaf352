import { READ, refused } from './exchanges.ts'
import { api, clientId, withoutSlash } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { issuedJwt, opaqueToken } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 3600
const TYPE = 'application/x-amz-json-1.1'
const target = (operation: string): string => `AWSCognitoIdentityProviderService.${operation}`

export const cognitoApi = defineServer({
  name: 'cognito-api',
  title: 'Amazon Cognito, user pool API',
  inputs: {
    endpoint: {
      description: 'The endpoint of Cognito in the region of the user pool.',
      example: 'https://cognito-idp.eu-central-1.amazonaws.com',
    },
    clientId,
    api,
  },
  configuration: (inputs) => {
    const url = `${withoutSlash(inputs.endpoint)}/`
    return oneSession({
      resources: [inputs.api],
      capture: [url],
      tokenFields: {
        accessToken: 'AuthenticationResult.AccessToken',
        refreshToken: 'AuthenticationResult.RefreshToken',
        idToken: 'AuthenticationResult.IdToken',
        expiresIn: 'AuthenticationResult.ExpiresIn',
        tokenType: 'AuthenticationResult.TokenType',
      },
      refresh: {
        url,
        body: 'json',
        headers: { 'Content-Type': TYPE, 'X-Amz-Target': target('GetTokensFromRefreshToken') },
        parameters: { ClientId: inputs.clientId, RefreshToken: '{refreshToken}' },
      },
      errorField: '__type',
      sessionEnded: {
        errorCodes: ['NotAuthorizedException', 'RefreshTokenReuseException', 'UserNotFoundException'],
        statuses: [],
      },
      signOut: {
        url,
        body: 'json',
        headers: { 'Content-Type': TYPE, 'X-Amz-Target': target('RevokeToken') },
        parameters: { ClientId: inputs.clientId, Token: '{refreshToken}' },
      },
    })
  },
  atTheServer: [
    'Create an app client without a secret, with ALLOW_USER_SRP_AUTH or ALLOW_USER_PASSWORD_AUTH.',
    'Enable refresh token rotation for the app client, with a grace period.',
  ],
  quirks: [
    'Every operation is a POST to one URL: the header X-Amz-Target says which.',
    'Without rotation a refresh brings no new refresh token: the one of the sign-in stays.',
    'InitiateAuth with REFRESH_TOKEN_AUTH is refused where rotation is enabled: GetTokensFromRefreshToken works with and without it.',
    'Every error has the status 400, a limit (TooManyRequestsException) too: only the codes listed end the session.',
    'With device tracking, the refresh needs a DeviceKey: add it to "parameters".',
    'An authorizer of API Gateway takes the ID token unless it is configured with scopes: write "AuthenticationResult.IdToken" at "accessToken" then.',
    'An error of API Gateway itself has no CORS headers by default, so that a refusal is a network error to the browser: add them to the "Gateway responses".',
  ],
  cannot: [],
  evidence: { kind: 'documentation', version: 'API version 2016-04-18' },
  sources: [
    {
      title: 'Amazon Cognito API: GetTokensFromRefreshToken',
      url: 'https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html',
      read: READ,
    },
    {
      title: 'Amazon Cognito: Refresh tokens',
      url: 'https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html',
      read: READ,
    },
    {
      title: 'RefreshTokenReuseException',
      url: 'https://docs.aws.amazon.com/botocore/latest/reference/services/cognito-idp/client/exceptions/RefreshTokenReuseException.html',
      read: READ,
    },
  ],
  answers(inputs, now) {
    const url = `${withoutSlash(inputs.endpoint)}/`
    const headers = (operation: string) => ({ 'content-type': TYPE, 'x-amz-target': target(operation) })
    const token = (use: string, id: string) =>
      issuedJwt(now, LIFETIME_SECONDS, { sub: 'user-1', token_use: use, client_id: inputs.clientId, jti: id })
    const result = (number: 1 | 2): JsonObject => ({
      AccessToken: token('access', `access-${number}`),
      IdToken: token('id', `id-${number}`),
      RefreshToken: opaqueToken(`refresh-${number}`),
      ExpiresIn: LIFETIME_SECONDS,
      TokenType: 'Bearer',
    })
    const error = (type: string, message: string) => ({
      status: 400,
      headers: { 'content-type': TYPE },
      body: { __type: type, message },
    })
    return {
      signIn: {
        by: 'capture',
        exchange: {
          request: {
            method: 'POST',
            url,
            headers: headers('InitiateAuth'),
            json: {
              AuthFlow: 'USER_PASSWORD_AUTH',
              ClientId: inputs.clientId,
              AuthParameters: { USERNAME: 'ada', PASSWORD: 'lighthouse' },
            },
          },
          answer: {
            status: 200,
            headers: { 'content-type': TYPE },
            body: { AuthenticationResult: result(1), ChallengeParameters: {} },
          },
        },
      },
      refresh: {
        request: {
          method: 'POST',
          url,
          headers: headers('GetTokensFromRefreshToken'),
          json: { ClientId: inputs.clientId, RefreshToken: opaqueToken('refresh-1') },
        },
        answer: { status: 200, headers: { 'content-type': TYPE }, body: { AuthenticationResult: result(2) } },
      },
      refusal: refused(
        inputs.api,
        { authorization: `Bearer ${token('access', 'access-1')}` },
        { status: 401, body: { message: 'The incoming token has expired' } },
      ),
      ended: error('NotAuthorizedException', 'Refresh Token has expired'),
      forNow: [error('TooManyRequestsException', 'Rate exceeded')],
      signOut: {
        request: {
          method: 'POST',
          url,
          headers: headers('RevokeToken'),
          json: { ClientId: inputs.clientId, Token: opaqueToken('refresh-1') },
        },
        answer: { status: 200 },
      },
    }
  },
})
