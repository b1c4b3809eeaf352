/** The command as it is published, with sites that answer over HTTP; `doctor` opens them in the installed browser. */
import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test as base } from './fixtures.ts'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../dist')
const CLI = join(DIST, 'cli.js')
const built = (name: string) => readFileSync(join(DIST, name), 'utf8')

type Files = Readonly<Record<string, readonly [type: string, body: string, headers?: Readonly<Record<string, string>>]>>

interface Report {
  readonly ok: boolean
  readonly rendered: boolean
  readonly read: string
  readonly findings: readonly { readonly code: string; readonly message: string }[]
}

const configuration = JSON.stringify({ sessions: { main: { resources: ['/api/*'], refresh: { url: '/token' } } } })
const page = (head: string) => ['text/html', `<!doctype html><title>A site</title>${head}<p>Hello`] as const
const site: Files = {
  '/': page('<script src="/bearer-worker.js"></script>'),
  '/bearer-worker.js': ['text/javascript', built('bearer-worker.js')],
  '/bearer-worker.sw.js': ['text/javascript', built('bearer-worker.sw.js')],
  '/bearer-worker.page.js': ['text/javascript', ''],
  '/bearer-worker.json': ['application/json', configuration],
  '/api/': ['application/json', '{}', { 'cache-control': 'no-store' }],
  '/token': ['application/json', '{}'],
}

const test = base.extend<{ visit: (files: Files, ...words: readonly string[]) => Promise<Report> }>({
  visit: async ({ engineName }, use, testInfo) => {
    testInfo.skip(engineName !== 'chromium', 'doctor opens Chromium, Chrome, Edge or Brave')
    const servers: Server[] = []
    await use(async (files, ...words) => {
      const server = createServer((request, response) => {
        const [type, body, headers] = files[new URL(request.url!, 'http://localhost').pathname] ?? []
        response.writeHead(type ? 200 : 404, { 'content-type': type ?? 'text/plain', ...headers }).end(body)
      })
      servers.push(server)
      await new Promise<void>((resolve) => server.listen(0, resolve))
      const { port } = server.address() as AddressInfo
      const { stdout } = await run('doctor', `localhost:${port}`, '--json', '--probe', ...words)
      return JSON.parse(stdout) as Report
    })
    for (const server of servers) server.close()
  },
})

function run(...words: readonly string[]): Promise<{ stdout: string; stderr: string; code: number }> {
  return new Promise((resolve) =>
    execFile(process.execPath, [CLI, ...words], (error, stdout, stderr) =>
      resolve({ stdout, stderr, code: (error?.code as number | undefined) ?? 0 }),
    ),
  )
}

const codes = ({ findings }: Report) => findings.map(({ code }) => code)

test('doctor opens a healthy site in a browser', async ({ visit }) => {
  const report = await visit(site)
  expect(report).toMatchObject({ ok: true, rendered: true, read: expect.stringContaining('Chrome') as unknown })
  expect(codes(report)).toEqual([])
})

test('doctor sees a worker that a late script registers', async ({ visit }) => {
  const report = await visit({
    ...site,
    '/': page('<script src="/bearer-worker.js"></script><script type="module">import("/late.js")</script>'),
    '/late.js': [
      'text/javascript',
      `const c = navigator.serviceWorker, f = c["regis" + "ter"].bind(c); f("/push/sw.js", { scope: "/" })`,
    ],
    '/push/sw.js': ['text/javascript', '', { 'service-worker-allowed': '/' }],
  })
  expect(codes(report)).toContain('other-worker')
  expect(report.findings.find(({ code }) => code === 'other-worker')!.message).toContain('/push/sw.js')
})

test('doctor finds the script that a script puts into the page', async ({ visit }) => {
  const report = await visit({
    ...site,
    '/': page(
      '<script type="module">const s = document.createElement("script"); s.src = "/bearer-worker.js"; document.head.append(s)</script>',
    ),
  })
  expect(codes(report)).not.toContain('script-tag-missing')
  expect(codes(await visit({ ...site, '/': page('') }))).toContain('script-tag-missing')
})

test('doctor tells what the page itself says', async ({ visit }) => {
  const report = await visit({ ...site, '/bearer-worker.json': ['application/json', '{"sessions":{}}'] })
  expect(codes(report)).toEqual(expect.arrayContaining(['not-covered', 'configuration-invalid']))
})

test('doctor says so when it could only read the HTML', async ({ visit }) => {
  expect(await visit(site, '--no-browser')).toMatchObject({
    ok: true,
    rendered: false,
    read: expect.stringContaining('Only the HTML was read') as unknown,
  })
})

test.describe('never a stack trace', () => {
  const lines: readonly (readonly [code: number, ...words: string[]])[] = [
    [2],
    [2, 'frob'],
    [2, '--frob'],
    [2, 'check'],
    [2, 'check', '/'],
    [2, 'check', 'no/such/file.json'],
    [2, 'check', 'https://example.com'],
    [2, 'check', 'x'.repeat(5000)],
    [1, 'check', '/dev/null'],
    [2, 'check', '/dev/zero'],
    [1, 'check', CLI],
    [2, 'init'],
    [2, 'init', ''],
    [2, 'init', 'C:\\site\\public'],
    [2, 'init', 'public\\assets'],
    [2, 'init', CLI],
    [2, 'init', join(CLI, 'x')],
    [2, 'init', '/proc/x/y'],
    [2, 'init', 'https://example.com/'],
    [2, 'init', 'a', 'b'],
    [2, 'doctor'],
    [2, 'doctor', 'http://['],
    [2, 'doctor', 'ftp://example.com'],
    [2, 'doctor', 'localhost:1', '--timeout', 'x'],
    [2, 'doctor', 'localhost:1', '--config', 'http://['],
    [1, 'doctor', 'localhost:1', '--no-browser'],
  ]
  for (const [code, ...words] of lines)
    test(['bearer-worker', ...words].join(' ').slice(0, 60), async () => {
      const result = await run(...words)
      expect(result.code).toBe(code)
      expect(result.stdout + result.stderr).not.toMatch(/^\s+at |\.[jt]s:\d+:\d+\)|node:internal/m)
      expect(result.stdout + result.stderr).not.toContain('fault of the command')
    })

  test('a reader that stops early', async () => {
    const child = spawn('sh', ['-c', `"${process.execPath}" "${CLI}" --help | true`])
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += chunk))
    await new Promise((resolve) => child.once('close', resolve))
    expect(stderr).toBe('')
  })
})
