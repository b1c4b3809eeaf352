import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { doctor } from './doctor.ts'
import { runDoctor } from './run-doctor.ts'
import { reasonOf } from './unreachable-reason.ts'

const server = createServer((_, response) => void response.end())
let port = 0
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

const foundAt = async (url: string) => (await doctor(url, { browser: false, probe: true, timeoutMs: 5000 })).findings

test('https at a port that speaks http: a sentence, and what to write', async () => {
  expect(await foundAt(`https://127.0.0.1:${port}/`)).toMatchObject([
    {
      code: 'site-unreachable',
      message: expect.stringMatching(/there is no https at this port/),
      cure: `Write http://127.0.0.1:${port} for a server without https.`,
    },
  ])
})

test('a port that browsers refuse', async () => {
  expect(await foundAt('http://127.0.0.1:1/')).toMatchObject([
    { message: expect.stringMatching(/browsers refuse the port/), cure: expect.stringMatching(/another port/) },
  ])
})

test.each([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'https://a.example/', /certificate/, /NODE_EXTRA_CA_CERTS/],
  ['ECONNREFUSED', 'http://localhost:3000/', /nothing listens there \(ECONNREFUSED\)/, /port in localhost:3000/],
  ['CERT_HAS_EXPIRED', 'https://a.example/', /certificate/, /certificate that browsers trust/],
  ['ENOTFOUND', 'https://a.exampel/', /a\.exampel has no address/, /Correct the name/],
  ['HPE_INVALID_CONSTANT', 'http://a.example:443/', /broke the connection off/, /Write https:\/\/a\.example:443/],
])('%s', (code, url, why, cure) => {
  const reason = reasonOf(Object.assign(new TypeError('fetch failed'), { cause: { code } }), url, 1000)
  expect(reason.why).toMatch(why)
  expect(reason.cure).toMatch(cure)
})

test.each(['3000', ':3000', '3000/app'])('a port alone: %s', async (text) => {
  await expect(runDoctor(text, { timeout: 10 })).rejects.toThrow(/is a port without a host: write localhost:3000/)
})
