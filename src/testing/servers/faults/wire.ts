import type { ServerResponse } from 'node:http'
import { empty, type Fault, faults, type RefreshCall } from './fault.ts'

const GOOD_START = '{"access_token":"at-that-never-came-whole",'

/** The connection fails, or a redirect points elsewhere. */
export const WIRE_FAULTS = faults({
  'wire-reset': {
    does: 'a reset before the headers',
    expected: 'for-now',
    ambiguous: true,
    answer: ({ response }) => reset(response),
  },
  'wire-closed': {
    does: 'an orderly end before the headers',
    expected: 'for-now',
    ambiguous: true,
    answer: ({ response }) => response.socket?.end(),
  },
  'wire-reset-in-body': {
    does: 'a reset in the middle of the body',
    expected: 'for-now',
    ambiguous: true,
    answer: ({ response }) => begin(response, () => reset(response)),
  },
  'wire-truncated': {
    does: 'a body shorter than its content-length',
    expected: 'for-now',
    ambiguous: true,
    answer: ({ response }) => begin(response, () => response.socket?.end()),
  },
  'wire-answer-lost': {
    does: 'rotated, then a reset before the headers',
    expected: 'for-now',
    ambiguous: true,
    spends: true,
    answer: lost((response) => reset(response)),
  },
  'wire-answer-lost-in-body': {
    does: 'rotated, then a reset in the middle of the body',
    expected: 'for-now',
    ambiguous: true,
    spends: true,
    answer: lost((response) => begin(response, () => reset(response))),
  },
  'wire-answer-lost-502': {
    does: 'rotated, then a proxy lost the answer and says 502',
    expected: 'for-now',
    spends: true,
    answer: (call) => lost(() => empty(502)(call))(call),
  },
  'wire-not-http': {
    does: 'bytes that are no HTTP',
    expected: 'for-now',
    ambiguous: true,
    answer: ({ response }) => response.socket?.end('220 mail.example.com ESMTP\r\n'),
  },
  'wire-silence': { does: 'never an answer', expected: 'for-now', ambiguous: true, hangs: true, answer: () => {} },
  'wire-silence-after-headers': {
    does: 'headers, then silence',
    expected: 'for-now',
    ambiguous: true,
    hangs: true,
    answer: ({ response }) => begin(response, () => {}),
  },
  'wire-drip': {
    does: 'one byte every 50 ms, without end',
    expected: 'for-now',
    ambiguous: true,
    hangs: true,
    answer: drip,
  },
  'wire-no-cors': {
    does: 'a good answer that CORS does not let us read',
    expected: 'for-now',
    ambiguous: true,
    spends: true,
    answer: withoutCors,
  },
  'redirect-302': redirect(302, 'here'),
  'redirect-303': redirect(303, 'here'),
  'redirect-307': redirect(307, 'here'),
  'redirect-308': redirect(308, 'here'),
  'redirect-302-elsewhere': redirect(302, 'elsewhere'),
  'redirect-307-elsewhere': redirect(307, 'elsewhere'),
  'redirect-308-elsewhere': redirect(308, 'elsewhere'),
})

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy()
}

/** Sends the headers and the start of a valid body; resolves once they are sent. */
function begin(response: ServerResponse, then: () => void): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 })
  response.write(GOOD_START, then)
}

function lost(then: (response: ServerResponse) => void): Fault['answer'] {
  return ({ response, issue }) => {
    issue()
    then(response)
  }
}

function drip({ response }: RefreshCall): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write(GOOD_START)
  const timer = setInterval(() => response.write(' '), 50)
  response.on('close', () => clearInterval(timer))
}

/** Not a fault where the token endpoint is on the site's own origin: use it across origins. */
function withoutCors({ response, issue }: RefreshCall): void {
  response.removeHeader('access-control-allow-origin')
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(issue()))
}

function redirect(status: number, to: 'here' | 'elsewhere'): Fault {
  return {
    does: `${status} to ${to === 'here' ? 'the same' : 'another'} origin`,
    expected: 'for-now',
    ambiguous: true,
    answer: (call) => empty(status, { location: to === 'here' ? '/redirected' : `${call.elsewhere}/redirected` })(call),
  }
}
