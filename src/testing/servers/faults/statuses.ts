import { empty, type Fault, faults, json } from './fault.ts'

const exposed = { 'access-control-expose-headers': 'Retry-After' }
const inTwoMinutes = () => new Date(Date.now() + 120_000).toUTCString()

/** Statuses without an error code: the server refuses and gives no reason. */
export const STATUS_FAULTS = faults({
  'status-400-empty': { does: '400 with nothing', expected: 'ended', answer: empty(400) },
  'status-401-empty': { does: '401 with nothing', expected: 'ended', answer: empty(401) },
  'status-400-no-code': {
    does: '400 with JSON that has no code',
    expected: 'ended',
    answer: json(400, { detail: 'Token is invalid or expired' }),
  },
  'status-403-empty': { does: '403 of a CSRF filter or a firewall', expected: 'for-now', answer: empty(403) },
  'status-404-empty': { does: '404: the endpoint is elsewhere', expected: 'configuration', answer: empty(404) },
  'status-405-empty': { does: '405: wrong method', expected: 'configuration', answer: empty(405, { allow: 'GET' }) },
  'status-408-empty': { does: '408', expected: 'for-now', answer: empty(408) },
  'status-410-empty': { does: '410, a status that the policy has no row for', expected: 'for-now', answer: empty(410) },
  'status-418-empty': { does: '418, another', expected: 'for-now', answer: empty(418) },
  'status-451-empty': { does: '451 of a network that censors', expected: 'for-now', answer: empty(451) },
  'status-415-empty': { does: '415: wrong body', expected: 'configuration', answer: empty(415) },
  'status-425-empty': { does: '425', expected: 'for-now', answer: empty(425) },
  'status-429-empty': { does: '429 without Retry-After', expected: 'for-now', answer: empty(429) },
  'status-429-seconds': {
    does: '429, Retry-After in seconds',
    expected: 'for-now',
    retryAfterSeconds: 30,
    answer: empty(429, { ...exposed, 'retry-after': '30' }),
  },
  'status-429-date': retryAt('429, Retry-After as a date', 429),
  'status-429-a-day': {
    does: '429, Retry-After of a day: an hour is the most',
    expected: 'for-now',
    retryAfterSeconds: 3600,
    answer: empty(429, { ...exposed, 'retry-after': '86400' }),
  },
  'status-429-junk': {
    does: '429, Retry-After that is no time',
    expected: 'for-now',
    answer: empty(429, { ...exposed, 'retry-after': 'soon' }),
  },
  'status-500-empty': { does: '500', expected: 'for-now', answer: empty(500) },
  'status-500-html': {
    does: '500 with a page',
    expected: 'for-now',
    answer: ({ response }) =>
      response.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>'),
  },
  'status-501-empty': { does: '501', expected: 'for-now', answer: empty(501) },
  'status-502-empty': { does: '502 of a proxy', expected: 'for-now', answer: empty(502) },
  'status-503-seconds': {
    does: '503, Retry-After in seconds',
    expected: 'for-now',
    retryAfterSeconds: 45,
    answer: empty(503, { ...exposed, 'retry-after': '45' }),
  },
  'status-503-date': retryAt('503, Retry-After as a date', 503),
  'status-504-empty': { does: '504 of a proxy', expected: 'for-now', answer: empty(504) },
  'status-520-empty': { does: '520 of a CDN', expected: 'for-now', answer: empty(520) },
  'status-599-empty': { does: '599', expected: 'for-now', answer: empty(599) },
})

function retryAt(does: string, status: number): Fault {
  return {
    does,
    expected: 'for-now',
    retryAfterSeconds: 120,
    answer: (call) => empty(status, { ...exposed, 'retry-after': inTwoMinutes() })(call),
  }
}
