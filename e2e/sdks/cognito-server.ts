import type { Account } from './account.ts'
import { fieldsOf, type Answer, type Routes, serve } from './routes.ts'

interface Called {
  readonly AuthFlow?: string
  readonly AuthParameters?: { readonly REFRESH_TOKEN?: string }
  readonly RefreshToken?: string
}

/**
 * A user pool of Amazon Cognito, as far as the SDKs need it.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/Welcome.html
 */
export function cognito(account: Account) {
  const tokens = (withRefreshToken: boolean): Answer => ({
    body: {
      AuthenticationResult: {
        AccessToken: account.accessToken({ token_use: 'access', client_id: 'madeupclient', username: 'ada' }),
        IdToken: account.jwt({ token_use: 'id', aud: 'madeupclient', 'cognito:username': 'ada' }),
        ...(withRefreshToken && { RefreshToken: account.refreshToken() }),
        ExpiresIn: account.lifetimeSeconds,
        TokenType: 'Bearer',
      },
      ChallengeParameters: {},
    },
  })
  const refresh = (token: string | undefined): Answer =>
    account.refreshesWith(token)
      ? tokens(false)
      : { status: 400, body: { __type: 'NotAuthorizedException', message: 'Refresh Token has been revoked' } }
  const answer = (operation: string, { AuthFlow, AuthParameters, RefreshToken }: Called): Answer | undefined => {
    switch (operation) {
      case 'InitiateAuth':
        return AuthFlow?.startsWith('REFRESH_TOKEN') ? refresh(AuthParameters?.REFRESH_TOKEN) : tokens(true)
      case 'GetTokensFromRefreshToken':
        return refresh(RefreshToken)
      case 'GetUser':
        return { body: { Username: 'ada', UserAttributes: [{ Name: 'sub', Value: 'ada' }] } }
      case 'RevokeToken':
        return { body: {} }
      default:
        return undefined
    }
  }
  const routes: Routes = {
    'POST /': (request) => {
      const [, operation = ''] = String(request.headers['x-amz-target']).split('.')
      return answer(operation, fieldsOf(request) as Called)
    },
  }
  return serve(routes)
}
