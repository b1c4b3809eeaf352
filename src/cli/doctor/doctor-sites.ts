/** The sites that the doctor visits in its tests: they answer over HTTP, and all is right but for what a test breaks. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import { doctor, type DoctorOptions, type Report } from './doctor.ts'

export interface Answer {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}
export type Answers = Record<string, Answer>

export const JS = 'text/javascript'
export const banner = (version: string) => `/*! bearer-worker ${version} */\n(()=>{})()`
export const html = (head: string): Answer => ({
  type: 'text/html; charset=utf-8',
  body: `<!doctype html><title>A site</title>${head}<p>Hello`,
})
export const TAG = '<script src="/bearer-worker.js"></script>'

export let site: Server
export let api: Server
export let id: Server

interface Server {
  origin: string
  answers: Answers
  /** `POST /token`, in the order of arrival. */
  requests: string[]
  close(): void
}

export async function serve(): Promise<Server> {
  const served: Server = { origin: '', answers: {}, requests: [], close: () => void server.close() }
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume()
    const path = new URL(request.url!, 'http://localhost').pathname
    served.requests.push(`${request.method} ${path}`)
    const {
      status = 200,
      type = 'application/json',
      headers = {},
      body = '',
    } = served.answers[`${request.method} ${path}`] ?? served.answers[path] ?? { status: 404, type: 'text/plain' }
    response.writeHead(status, { 'content-type': type, ...headers }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  served.origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return served
}

beforeAll(async () => {
  ;[site, api, id] = await Promise.all([serve(), serve(), serve()])
})
afterAll(() => {
  for (const server of [site, api, id]) server.close()
})

export const main = () => ({
  resources: ['/api/*', `${api.origin}/v1/*`],
  capture: ['/api/login'],
  refresh: { url: `${id.origin}/token`, body: 'json' },
})
export const configuration = (session: object = main()): Answer => ({
  body: JSON.stringify({ sessions: { main: session } }),
})
export const cors = (headers: Readonly<Record<string, string>> = {}) => ({
  'access-control-allow-origin': site.origin,
  'access-control-allow-headers': 'authorization, content-type',
  ...headers,
})

/** A site where everything is as it should be, but for what is given; `undefined` takes an answer away. */
export function healthy({
  ofSite = {},
  ofApi = {},
  ofId = {},
}: {
  readonly ofSite?: Answers
  readonly ofApi?: Answers
  readonly ofId?: Answers
} = {}): void {
  for (const server of [site, api, id]) server.requests = []
  const noStore = { 'cache-control': 'no-store' }
  site.answers = {
    '/': html(TAG),
    '/bearer-worker.js': { type: JS, body: banner('1.2.3') },
    '/bearer-worker.sw.js': { type: JS, body: banner('1.2.3') },
    '/bearer-worker.page.js': { type: JS, body: banner('1.2.3') },
    '/bearer-worker.oauth.js': { type: JS, body: banner('1.2.3') },
    '/bearer-worker.json': configuration(),
    '/api/': { status: 401, headers: noStore },
    ...ofSite,
  }
  api.answers = {
    'OPTIONS /v1/': { status: 204, headers: cors() },
    '/v1/': { status: 401, headers: { ...cors(), ...noStore } },
    ...ofApi,
  }
  id.answers = {
    'OPTIONS /token': { status: 204, headers: cors() },
    '/token': { status: 400, headers: cors(), body: '{"error":"invalid_request"}' },
    ...ofId,
  }
}

export const visit = (path = '/', options: DoctorOptions = {}): Promise<Report> =>
  doctor(site.origin + path, { browser: false, probe: true, ...options })
export const codes = ({ findings }: Report) => findings.map(({ code }) => code)
