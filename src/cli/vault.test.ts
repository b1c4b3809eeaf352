/** What the command knows of vaults: `check` of their file, `init --vault`, and `doctor` of both origins. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { check } from './check.ts'
import { isSameSite } from './check/same-site.ts'
import { doctor } from './doctor/doctor.ts'
import { init } from './init/init.ts'

describe('one site', () => {
  test.each([
    ['https://app.example.com', 'https://auth.example.com', true],
    ['https://example.com', 'https://auth.example.com', true],
    ['https://app.example.co.uk', 'https://auth.example.co.uk', true],
    ['http://localhost:5173', 'http://localhost:5174', true],
    ['http://127.0.0.1:1', 'http://127.0.0.1:2', true],
    ['http://app.site.localhost:1', 'http://auth.site.localhost:2', true],
    ['https://app.example.com', 'http://auth.example.com', false],
    ['https://app.co.uk', 'https://auth.co.uk', false],
    ['https://app.github.io', 'https://auth.github.io', false],
    ['https://app.pages.dev', 'https://auth.pages.dev', false],
    ['http://app.localhost', 'http://auth.localhost', false],
    ['http://localhost:1', 'http://127.0.0.1:1', false],
    ['https://app.example.com', 'https://app.example.com.evil.com', false],
  ])('%s and %s: %s', (one, other, is) => expect(isSameSite(one, other)).toBe(is))
})

const server = { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/bearer-worker.vault.html' }

describe('check', () => {
  const atVault = (changes: object) =>
    check(
      JSON.stringify({
        apps: ['https://app.example.com'],
        sessions: { main: { authorizationServer: server } },
        ...changes,
      }),
      'bearer-worker.vault.json',
    )

  test('knows the file of a vault by its name, and by "apps"', () => {
    expect(atVault({}).kind).toBe('good')
    const text = JSON.stringify({
      apps: ['https://app.example.com'],
      sessions: { main: { authorizationServer: server } },
    })
    expect(check(text, 'vault.json').kind).toBe('good')
  })

  test('names its mistakes, with their lines', () => {
    const checked = atVault({ apps: ['https://app.example.com/'] })
    expect(checked).toMatchObject({ kind: 'bad', issues: [{ path: 'apps[0]', line: 1 }] })
  })

  test('refuses apps of several sites', () => {
    const checked = atVault({ apps: ['https://app.example.com', 'https://other.example.org'] })
    expect(checked).toMatchObject({ kind: 'bad', accepted: true, issues: [{ path: 'apps[1]' }] })
  })

  test.each([
    [{ vault: '/bearer-worker.vault.html' }, 'sessions.main.vault'],
    [{ vault: 'http://auth.example.com/bearer-worker.vault.html' }, 'sessions.main.vault'],
    [{ vault: 'https://auth.example.com/v', authorizationServer: server }, 'sessions.main.vault'],
    [{ vault: 'https://auth.example.com/v', refresh: { url: '/t' } }, 'sessions.main.vault'],
    [{ vault: 'https://auth.example.com/v', revoke: '/r' }, 'sessions.main.revoke'],
  ])('in the file of an app, %j is a mistake', (session, path) => {
    const text = JSON.stringify({ sessions: { main: { resources: ['/api/*'], ...session } } })
    const checked = check(text, 'bearer-worker.json')
    expect(checked.kind === 'bad' && checked.issues.map((each) => each.path)).toContain(path)
  })

  test.each([
    ['https://auth.example.com/v', []],
    ['http://localhost:5174/v', []],
    ['https://auth.github.io/v', ['sessions.main.vault']],
  ])('a vault at %s: notes at %j', (vault, paths) => {
    const { notes } = check(
      JSON.stringify({ sessions: { main: { resources: ['/api/*'], vault } } }),
      'bearer-worker.json',
    )
    expect(notes.map(({ path }) => path)).toEqual(paths)
  })
})

describe('init', () => {
  let from: string
  let folder: string
  beforeAll(async () => {
    from = await mkdtemp(join(tmpdir(), 'bearer-worker-'))
    folder = await mkdtemp(join(tmpdir(), 'bearer-worker-'))
    for (const name of [
      'js',
      'sw.js',
      'page.js',
      'oauth.js',
      'vault.js',
      'vault.html',
      'vault.schema.json',
      'schema.json',
    ])
      await writeFile(join(from, `bearer-worker.${name}`), name)
  })
  afterAll(async () => {
    for (const each of [from, folder]) await rm(each, { recursive: true })
  })

  test('puts the four files of a vault into its folder, and an app that names it into the other', async () => {
    const [app, vault] = [join(folder, 'app'), join(folder, 'vault')]
    expect(await init({ from, folder: vault, what: 'vault' })).toMatchObject({ kind: 'done' })
    expect(await init({ from, folder: app, what: 'app-with-vault' })).toMatchObject({ kind: 'done' })
    expect((await readdir(vault)).toSorted()).toEqual(
      ['html', 'js', 'json', 'schema.json'].map((ending) => `bearer-worker.vault.${ending}`),
    )
    expect(await readdir(app)).not.toContain('bearer-worker.vault.js')
    for (const file of [join(app, 'bearer-worker.json'), join(vault, 'bearer-worker.vault.json')])
      expect(check(await readFile(file), file)).toMatchObject({ kind: 'good' })
    expect(await init({ from, folder: vault, what: 'vault' })).toMatchObject({ kind: 'exists' })
  })
})

describe('doctor', () => {
  type Answer = { readonly type: string; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  const answers = { app: {} as Record<string, Answer>, vault: {} as Record<string, Answer> }
  const servers = (['app', 'vault'] as const).map((name) => ({
    name,
    server: createServer((request, response) => {
      request.resume()
      const found = answers[name][request.url!.split('?')[0]!]
      response.writeHead(found ? 200 : 404, { 'content-type': found?.type ?? 'text/plain', ...found?.headers })
      response.end(found?.body)
    }),
  }))
  let app: string
  let vault: string
  beforeAll(async () => {
    for (const { server: each } of servers) await new Promise<void>((resolve) => each.listen(0, resolve))
    ;[app, vault] = servers.map(({ server: each }) => `http://localhost:${(each.address() as AddressInfo).port}`) as [
      string,
      string,
    ]
  })
  afterAll(() => {
    for (const { server: each } of servers) each.close()
  })

  const json = (value: unknown): Answer => ({ type: 'application/json', body: JSON.stringify(value) })
  const script = (): Answer => ({
    type: 'text/javascript',
    body: '(()=>{})()',
    headers: { 'cache-control': 'no-cache' },
  })

  const KEYED = { 'origin-agent-cluster': '?1' }

  function setUp(): void {
    answers.app = {
      '/': { type: 'text/html', body: '<!doctype html><script src="/bearer-worker.js"></script>' },
      '/bearer-worker.js': script(),
      '/bearer-worker.sw.js': script(),
      '/bearer-worker.json': json({
        sessions: { main: { resources: ['/api/*'], vault: `${vault}/bearer-worker.vault.html` } },
      }),
    }
    answers.vault = {
      '/bearer-worker.vault.html': {
        type: 'text/html',
        body: '<!doctype html>',
        headers: { ...KEYED, 'content-security-policy': `frame-ancestors ${app}` },
      },
      '/bearer-worker.vault.js': script(),
      '/bearer-worker.vault.json': json({ apps: [app], sessions: { main: { refresh: { url: '/token' } } } }),
      '/token': json({}),
    }
  }

  const found = async () => {
    const { findings, passed } = await doctor(`${app}/`, { browser: false })
    const codes = findings.filter(({ code }) => /vault/.test(code)).map(({ code }) => code)
    return { codes, passed: passed.filter((what) => /vault/.test(what)).length }
  }

  test('finds nothing where both origins are right', async () => {
    setUp()
    expect((await found()).codes).toEqual([])
  })

  const page = () => answers.vault['/bearer-worker.vault.html']!
  test.each<[what: string, breaks: () => void, codes: readonly string[]]>([
    [
      'no frame-ancestors',
      () => (answers.vault['/bearer-worker.vault.html'] = { ...page(), headers: KEYED }),
      ['vault-frame-ancestors'],
    ],
    [
      'frame-ancestors of another',
      () =>
        (answers.vault['/bearer-worker.vault.html'] = {
          ...page(),
          headers: { ...KEYED, 'content-security-policy': 'frame-ancestors https://other.example' },
        }),
      ['vault-frame-ancestors'],
    ],
    [
      'frame-ancestors *',
      () =>
        (answers.vault['/bearer-worker.vault.html'] = {
          ...page(),
          headers: { ...KEYED, 'content-security-policy': 'frame-ancestors *' },
        }),
      ['vault-frame-ancestors'],
    ],
    [
      'X-Frame-Options',
      () =>
        (answers.vault['/bearer-worker.vault.html'] = { ...page(), headers: { ...KEYED, 'x-frame-options': 'DENY' } }),
      ['vault-frame-ancestors', 'vault-frame-options'],
    ],
    [
      'no agent cluster of its own',
      () => delete (page().headers as Record<string, string>)['origin-agent-cluster'],
      ['vault-agent-cluster'],
    ],
    [
      'an agent cluster for the whole site',
      () => Object.assign(page().headers ?? {}, { 'origin-agent-cluster': '?0' }),
      ['vault-agent-cluster'],
    ],
    ['no script', () => delete answers.vault['/bearer-worker.vault.js'], ['vault-file']],
    ['no configuration', () => delete answers.vault['/bearer-worker.vault.json'], ['vault-file']],
    [
      'a wrong configuration',
      () => (answers.vault['/bearer-worker.vault.json'] = json({ apps: [app] })),
      ['vault-configuration'],
    ],
    [
      'another app',
      () =>
        (answers.vault['/bearer-worker.vault.json'] = json({
          apps: ['http://localhost:1'],
          sessions: { main: { refresh: { url: '/token' } } },
        })),
      ['vault-app'],
    ],
    [
      'another session',
      () =>
        (answers.vault['/bearer-worker.vault.json'] = json({
          apps: [app],
          sessions: { other: { refresh: { url: '/token' } } },
        })),
      ['vault-session'],
    ],
    [
      'frame-src of the app',
      () => (answers.app['/'] = { ...answers.app['/']!, headers: { 'content-security-policy': "frame-src 'self'" } }),
      ['csp-vault'],
    ],
    [
      'an embedder policy',
      () => (answers.app['/'] = { ...answers.app['/']!, headers: { 'cross-origin-embedder-policy': 'require-corp' } }),
      ['vault-embedder-policy'],
    ],
    [
      'a vault of another site',
      () =>
        (answers.app['/bearer-worker.json'] = json({
          sessions: {
            main: {
              resources: ['/api/*'],
              vault: `${vault.replace('localhost', '127.0.0.1')}/bearer-worker.vault.html`,
            },
          },
        })),
      ['vault-other-site'],
    ],
    [
      'a redirect URI that is not the page',
      () =>
        (answers.vault['/bearer-worker.vault.json'] = json({
          apps: [app],
          sessions: { main: { authorizationServer: { issuer: vault, clientId: 'spa', redirectUri: '/signed-in' } } },
        })),
      ['vault-redirect-uri'],
    ],
  ])('finds %s', async (_, breaks, codes) => {
    setUp()
    breaks()
    expect((await found()).codes.toSorted()).toEqual([...codes].toSorted())
  })
})
