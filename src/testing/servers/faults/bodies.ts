import type { ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { createGzip, gzipSync } from 'node:zlib'
import { answerJson } from '../answers.ts'
import { altered, empty, type Fault, faults, issueInPlace, json, type RefreshCall, text } from './fault.ts'

const GZIP_HEADER = gzipSync('').subarray(0, 10)

/** 2xx responses with an invalid or unusual body. */
export const BODY_FAULTS = faults({
  'body-captive-portal': {
    does: '200 with the page of a captive portal',
    expected: 'for-now',
    answer: text(200, '<!doctype html><title>Sign in to the Wi-Fi</title>', 'text/html'),
  },
  'body-empty': {
    does: '200 with nothing',
    expected: 'for-now',
    answer: empty(200, { 'content-type': 'application/json' }),
  },
  'body-no-content': { does: '204', expected: 'for-now', answer: ({ response }) => response.writeHead(204).end() },
  'body-truncated-json': {
    does: '200 with half a JSON text that claims to be whole',
    expected: 'for-now',
    answer: text(200, '{"access_token":"at-', 'application/json'),
  },
  'body-array': { does: '200 with a JSON array', expected: 'for-now', once: true, answer: json(200, ['access_token']) },
  'body-null': { does: '200 with null', expected: 'for-now', once: true, answer: json(200, null) },
  'body-no-access-token': {
    does: '200 with whole JSON, no access token',
    expected: 'for-now',
    once: true,
    answer: json(200, { ok: true }),
  },
  'body-proto-keys': {
    does: '200 whose token stands under __proto__',
    expected: 'for-now',
    once: true,
    answer: text(200, '{"__proto__":{"access_token":"at-from-the-prototype"}}', 'application/json'),
  },
  'body-wrong-content-type': {
    does: 'a good answer as text/html: judged by the body',
    expected: 'success',
    answer: altered((response) => response, 'text/html'),
  },
  'body-further-proto-keys': {
    does: 'a good answer with __proto__ and constructor beside it',
    expected: 'success',
    answer: ({ response, issue }) => {
      const good = JSON.stringify(issueInPlace(issue)).slice(1)
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(`{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},${good}`)
    },
  },
  'body-byte-order-mark': {
    does: 'a good answer after a byte order mark',
    expected: 'success',
    answer: ({ response, issue }) => response.writeHead(200).end(`\uFEFF${JSON.stringify(issueInPlace(issue))}`),
  },
  'body-broken-gzip': {
    does: '200, gzip that cannot be unpacked',
    expected: 'for-now',
    ambiguous: true,
    answer: ({ response }) => answerGzip(response, Buffer.concat([GZIP_HEADER, Buffer.alloc(64, 0xff)])),
  },
  'body-truncated-gzip': {
    does: '200, gzip that breaks off in its middle',
    expected: 'for-now',
    answer: truncatedGzip,
  },
  'body-gzip-bomb': {
    does: '200, 100 MiB from 100 KiB of gzip',
    expected: 'for-now',
    ambiguous: true,
    answer: gzipBomb,
  },
  'body-50-mb': { does: '200 with 50 MiB', expected: 'for-now', ambiguous: true, answer: fiftyMebibytes },
})

/** Successful responses in which one field deviates from RFC 6749. */
export const FIELD_FAULTS = faults({
  'access-token-number': { ...field('access_token', 42, 'for-now'), once: true },
  'access-token-empty': { ...field('access_token', '', 'for-now'), once: true },
  'access-token-null': { ...field('access_token', null, 'for-now'), once: true },
  'access-token-undefined': field('access_token', 'undefined', 'for-now'),
  'access-token-newline': field('access_token', 'at-one\r\nat-two', 'for-now'),
  'access-token-spaces': field('access_token', 'at one two', 'for-now'),
  'access-token-not-ascii': field('access_token', 'at-ünïcode', 'for-now'),
  'access-token-17-kib': { ...field('access_token', 'a'.repeat(17 * 1024), 'for-now'), does: 'access_token of 17 KiB' },
  'access-token-same': {
    does: 'the very access token that was refused',
    expected: 'for-now',
    afterRefusal: true,
    answer: ({ response, latestAccessToken }) =>
      answerJson(response, 200, { access_token: latestAccessToken, token_type: 'Bearer', expires_in: 600 }),
  },
  'refresh-token-missing': {
    does: 'no refresh_token: the old one goes on',
    expected: 'success',
    answer: altered(({ refresh_token: _, ...rest }) => rest),
  },
  'refresh-token-null': field('refresh_token', null, 'success'),
  'refresh-token-empty': field('refresh_token', '', 'success'),
  'expires-in-missing': {
    does: 'no expires_in',
    expected: 'success',
    answer: altered(({ expires_in: _, ...rest }) => rest),
  },
  'expires-in-string': field('expires_in', '600', 'success'),
  'expires-in-negative': field('expires_in', -1, 'success'),
  'expires-in-zero': field('expires_in', 0, 'success'),
  'expires-in-absurd': field('expires_in', 1e99, 'success'),
  'expires-in-junk': field('expires_in', 'tomorrow', 'success'),
  'expires-in-null': field('expires_in', null, 'success'),
  'token-type-missing': {
    does: 'no token_type',
    expected: 'success',
    answer: altered(({ token_type: _, ...rest }) => rest),
  },
  'token-type-lower-case': field('token_type', 'bearer', 'success'),
  'token-type-mac': field('token_type', 'mac', 'configuration'),
  'token-type-dpop': {
    ...field('token_type', 'DPoP', 'configuration'),
    does: 'token_type DPoP to a session without dpop',
  },
})

function field(name: string, value: unknown, expected: Fault['expected']): Fault {
  return {
    does: `${name} is ${JSON.stringify(value)}`,
    expected,
    answer: altered((response) => ({ ...response, [name]: value })),
  }
}

function truncatedGzip({ response, issue }: RefreshCall): void {
  const whole = gzipSync(JSON.stringify(issueInPlace(issue)))
  answerGzip(response, whole.subarray(0, Math.floor(whole.length / 2)))
}

function answerGzip(response: ServerResponse, body: Buffer): void {
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip', 'content-length': body.length })
    .end(body)
}

function gzipBomb({ response }: RefreshCall): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
  pipeline(Readable.from(paddedAnswer(100)), createGzip(), response, whoeverLeavesFirst)
}

function fiftyMebibytes({ response }: RefreshCall): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  pipeline(Readable.from(paddedAnswer(50)), response, whoeverLeavesFirst)
}

/** A JSON text of this size, in MiB. */
function* paddedAnswer(mebibytes: number): Generator<string> {
  const padding = ' '.repeat(1024 * 1024)
  yield '{"access_token":"at-behind-much-padding"'
  for (let written = 0; written < mebibytes; written++) yield padding
  yield '}'
}

/** The client is expected to close the connection before the end. */
const whoeverLeavesFirst = () => {}
