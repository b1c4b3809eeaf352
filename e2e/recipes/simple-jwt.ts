import { answerJson } from '../../src/testing/servers/answers.ts'
import type { Issuer } from '../../src/testing/servers/issuer.ts'
import type { Handler } from '../../src/testing/servers/listener.ts'
import { receive } from '../../src/testing/servers/received-request.ts'
import { PASSWORD } from '../../src/testing/servers/token-server.ts'

const NOT_VALID = { detail: 'Token is invalid or expired', code: 'token_not_valid' }

/** The API's response to an invalid token. */
export const GIVEN_TOKEN_NOT_VALID = {
  detail: 'Given token not valid for any token type',
  code: 'token_not_valid',
  messages: [{ token_class: 'AccessToken', token_type: 'access', message: 'Token is invalid or expired' }],
}

/**
 * The two token views of Django Simple JWT with its default settings.
 * @see https://django-rest-framework-simplejwt.readthedocs.io
 */
export function simpleJwt(issuer: Issuer): { readonly handle: Handler; readonly counts: { refreshes: number } } {
  issuer.format = 'jwt'
  issuer.rotates = false
  const counts = { refreshes: 0 }
  return {
    counts,
    async handle(request, response) {
      const { path, body } = await receive(request)
      const fields = JSON.parse(body) as Readonly<Record<string, string>>
      if (path === '/api/token/') {
        if (fields['password'] !== PASSWORD)
          return answerJson(response, 401, { detail: 'No active account found with the given credentials' })
        const { access_token, refresh_token } = issuer.signIn()
        return answerJson(response, 200, { refresh: refresh_token, access: access_token })
      }
      if (fields['refresh'] === undefined) return answerJson(response, 400, { refresh: ['This field is required.'] })
      const issued = issuer.refresh(fields['refresh'])
      if (!issued) return answerJson(response, 401, NOT_VALID)
      counts.refreshes++
      answerJson(response, 200, { access: issued.access_token })
    },
  }
}
