import { type Fault, faults, json } from './fault.ts'

/** Codes of RFC 6749 section 5.2, of OpenID Connect Core section 3.1.2.6, and of single servers. */
export const CODE_FAULTS = faults({
  'code-invalid-grant': coded(400, 'invalid_grant', 'ended'),
  'code-invalid-grant-401': coded(401, 'invalid_grant', 'ended'),
  'code-invalid-grant-403': coded(403, 'invalid_grant', 'ended'),
  'code-invalid-grant-500': coded(500, 'invalid_grant', 'ended'),
  'code-invalid-grant-200': coded(200, 'invalid_grant', 'ended'),
  'code-interaction-required': coded(400, 'interaction_required', 'needs-user'),
  'code-login-required': coded(400, 'login_required', 'needs-user'),
  'code-consent-required': coded(400, 'consent_required', 'needs-user'),
  'code-login-required-403': coded(403, 'login_required', 'needs-user'),
  'code-invalid-client': coded(401, 'invalid_client', 'configuration'),
  'code-invalid-client-400': coded(400, 'invalid_client', 'configuration'),
  'code-unauthorized-client': coded(400, 'unauthorized_client', 'configuration'),
  'code-unsupported-grant-type': coded(400, 'unsupported_grant_type', 'configuration'),
  'code-invalid-scope': coded(400, 'invalid_scope', 'configuration'),
  'code-invalid-request': coded(400, 'invalid_request', 'configuration'),
  'code-unknown-400': coded(400, 'ERROR_INVALID_REFRESH_TOKEN', 'ended'),
  'code-unknown-401': coded(401, 'ERROR_INVALID_REFRESH_TOKEN', 'ended'),
  'code-unknown-503': coded(503, 'temporarily_unavailable', 'for-now'),
  'code-in-plain-text-type': {
    does: 'invalid_grant as JSON in text/plain: judged by the body',
    expected: 'ended',
    code: 'invalid_grant',
    answer: json(400, { error: 'invalid_grant' }, { 'content-type': 'text/plain' }),
  },
  'code-not-a-string': { does: '400 whose code is a number', expected: 'ended', answer: json(400, { error: 7 }) },
})

function coded(status: number, code: string, expected: Fault['expected']): Fault {
  return {
    does: `${status} ${code}`,
    expected,
    code,
    answer: json(status, { error: code, error_description: 'As the test wants it' }),
  }
}
