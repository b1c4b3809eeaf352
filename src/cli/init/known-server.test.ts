/** `init --for NAME`: a configuration for a known server, by flags or by questions on a terminal. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { KNOWN_SERVERS } from '../../servers/index.ts'
import { exampleInputs } from '../../servers/known-server.ts'
import { flagOf } from '../../servers/written.ts'
import { check } from '../check.ts'
import { askOnTerminal, isTerminal } from './ask-on-terminal.ts'
import { type Ask, configure } from './configure.ts'
import { findServer } from './find-server.ts'
import { init } from './init.ts'
import { readInitFlags } from './init-flags.ts'
import { flagsOf, listOfServers } from './list-servers.ts'

const keycloak = findServer('keycloak')
const GIVEN = { server: 'https://id.example.com', realm: 'shop', clientId: 'spa' }
const mainOf = (text: string) => (JSON.parse(text) as { sessions: { main: Record<string, unknown> } }).sessions.main

/** URLs that users paste in place of a server's own: with the part of the path that all URLs of its configuration begin with, or that of its metadata. */
function pasted(): (readonly [server: string, input: string, value: string])[] {
  return KNOWN_SERVERS.flatMap((server) =>
    Object.entries(exampleInputs(server)).flatMap(([input, value]) => {
      if (!value.startsWith('https://') || value.includes('*')) return []
      const example = value.replace(/\/+$/, '')
      const text = JSON.stringify(server.configuration(exampleInputs(server)))
      const paths = [...text.matchAll(/"(https:[^"]*)"/g)].flatMap(([, url = '']) =>
        url === example || url.startsWith(`${example}/`) ? [url.slice(example.length).split('/').slice(1, -1)] : [],
      )
      const [first = []] = paths
      const length = first.findIndex((segment, index) => paths.some((path) => path[index] !== segment))
      const shared = length === -1 ? first : first.slice(0, length)
      return shared.map(
        (_, index) => [server.name, input, `${example}/${shared.slice(0, index + 1).join('/')}`] as const,
      )
    }),
  )
}

describe('by flags', () => {
  test('the file is plain JSON, with what the flags say and the defaults of the others', async () => {
    const text = await configure({ server: keycloak, given: GIVEN })
    expect(mainOf(text)).toMatchObject({
      resources: ['/api/*'],
      authorizationServer: { issuer: 'https://id.example.com/realms/shop', clientId: 'spa', redirectUri: '/signed-in' },
    })
    expect(text).toContain('"resources": ["/api/*"]')
    expect(text).not.toContain('keycloak')
    expect(check(text, 'bearer-worker.json').kind).toBe('good')
  })

  test.each([
    ['https://id.example.com/realms/shop', 'shop'],
    ['https://id.example.com/realms/shop/', 'shop'],
    ['https://id.example.com/realms/shop/.well-known/openid-configuration', 'shop'],
    ['https://id.example.com/realms', 'shop'],
  ])('--server=%s --realm=%s names the realm once', async (server, realm) => {
    const text = await configure({ server: keycloak, given: { ...GIVEN, server, realm } })
    expect(mainOf(text)).toMatchObject({ authorizationServer: { issuer: 'https://id.example.com/realms/shop' } })
  })

  test('what is missing is named, all at once, with an example', async () => {
    await expect(configure({ server: keycloak, given: { realm: 'shop' } })).rejects.toThrow(
      /^keycloak needs --server \(.*https:\/\/id\.example\.com\) and --client-id \(.*spa\)\./,
    )
  })

  test.each(KNOWN_SERVERS.map((server) => [server.name, server] as const))(
    '%s: with its examples as flags it is right',
    async (_, server) => {
      const words = Object.entries(server.inputs).map(([name, { example }]) => `${flagOf(name)}=${example}`)
      const { given } = readInitFlags(['init', 'public', '--for', server.name, ...words])
      const text = await configure({ server, given })
      expect(check(text, 'bearer-worker.json')).toMatchObject({ kind: 'good' })
    },
  )

  test.each(pasted())('%s: --%s=%s writes the same as without the path', async (name, input, value) => {
    const server = findServer(name)
    const examples = exampleInputs(server)
    const text = await configure({ server, given: { ...examples, [input]: value } })
    expect(text).toBe(await configure({ server, given: examples }))
  })

  test.each([
    ['an address without https', { server: 'id.example.com' }, /^--server is no address: write it with https:\/\//],
    ['plain http', { server: 'http://id.example.com' }, /^--server is wrong: .*https/],
    ['nothing', { realm: '  ' }, /^--realm must not be empty/],
    ['a line break', { realm: 'a\nb' }, /^--realm has a line break/],
    ['a path without its slash', { api: 'api/*' }, /^--api is no address: .* as in \/api\/\*$/],
    ['a wrong pattern', { api: 'https://*/api' }, /^--api is wrong: /],
    ['a redirect URI elsewhere', { redirectUri: 'http://evil.example/' }, /^--redirect-uri is wrong: /],
  ])('%s is refused, and the flag is named', async (_, wrong, message) => {
    await expect(configure({ server: keycloak, given: { ...GIVEN, ...wrong } })).rejects.toThrow(message)
  })
})

describe('the line', () => {
  test('a value is the text that was written', () => {
    const { given, force } = readInitFlags([
      'init',
      'public',
      '--for=keycloak',
      '--realm',
      '0012',
      '--scope',
      '',
      '--force',
    ])
    expect(given).toEqual({ realm: '0012', scope: '' })
    expect(force).toBe(true)
  })

  test.each([
    [['--for', 'keycloak', '--relm', 'x'], /^keycloak has no flag --relm\. Did you mean --realm\?/],
    [['--for', 'keycloak', '--realm'], /^--realm needs a value/],
    [['--for', 'keycloak', '--realm', '--force'], /^--realm needs a value/],
    [['--for'], /^--for needs a value, as in --for keycloak/],
    [['--updat'], /^There is no flag --updat\. Did you mean --update\?/],
    [['--realm', 'x'], /^There is no flag --realm\. The flags of a server need --for <server>\./],
    [['--for', 'keycloak', '--update'], /--update keeps the configuration/],
  ])('%j', (words, message) => {
    expect(() => readInitFlags(['init', 'public', ...words])).toThrow(message)
  })
})

describe('names', () => {
  test.each([
    ['Keycloak', 'keycloak'],
    ['entraid', 'entra-id'],
    ['DJANGO_SIMPLE_JWT', 'django-simple-jwt'],
  ])('%s is %s', (given, name) => {
    expect(findServer(given).name).toBe(name)
  })

  test.each([
    ['keyclock', 'keycloak'],
    ['supabse', 'supabase'],
    ['azure', 'entra-id'],
    ['firebase', 'firebase-auth'],
    ['hasura', 'nhost'],
    ['cognito', 'cognito-hosted-ui'],
    ['pocket', 'pocketbase'],
  ])('%s: did you mean %s?', (given, name) => {
    expect(() => findServer(given)).toThrow(`Did you mean --for ${name}?`)
  })

  test.each(['toString', '__proto__', 'x'.repeat(10_000), 'zzzzzz'])('%s means none', (given) => {
    expect(() => findServer(given)).toThrow(/is known\. npx bearer-worker init --list/)
  })

  test('every server is in the list, and every flag in the list of a server', () => {
    for (const { name } of KNOWN_SERVERS) expect(`${listOfServers()}`).toMatch(new RegExp(`  ${name} `))
    for (const server of KNOWN_SERVERS)
      for (const name of Object.keys(server.inputs)) expect(`${flagsOf(server)}`).toContain(flagOf(name))
  })
})

describe('on a terminal', () => {
  test('asks for what no flag says, again where the answer is wrong, and takes defaults by Enter', async () => {
    const answers: Record<string, string[]> = {
      server: ['id.example.com', 'https://id.example.com'],
      clientId: ['', 'spa'],
    }
    const asked: string[] = []
    const ask: Ask = async (name, _, wrong) => {
      asked.push(wrong === undefined ? name : `${name}: ${wrong}`)
      return answers[name]?.shift() ?? ''
    }
    const text = await configure({ server: keycloak, given: { realm: 'shop' }, ask })
    expect(mainOf(text)).toMatchObject({ authorizationServer: { issuer: 'https://id.example.com/realms/shop' } })
    expect(asked).toEqual([
      'server',
      expect.stringMatching(/^server: is no address/),
      'clientId',
      expect.stringMatching(/^clientId: must not be empty/),
      'redirectUri',
      'afterSignOut',
      'scope',
      'api',
    ])
  })

  test('a question shows what it is for, its flag and an example', async () => {
    const input = new PassThrough()
    const output = new PassThrough()
    const { ask, close } = askOnTerminal({ input, output })
    const answer = ask('clientId', keycloak.inputs['clientId']!)
    input.write('spa\n')
    expect(await answer).toBe('spa')
    expect(`${output.read()}`).toMatch(/The client id of this site.*--client-id.*\(as in spa\)/s)
    close()
  })

  test('the end of the input is no answer', async () => {
    const input = new PassThrough()
    const { ask } = askOnTerminal({ input, output: new PassThrough() })
    const answer = ask('clientId', keycloak.inputs['clientId']!)
    input.end()
    await expect(answer).rejects.toThrow('Nothing was written')
  })

  test('a pipe is no terminal', () => {
    expect(isTerminal({ input: new PassThrough(), output: new PassThrough() })).toBe(false)
  })
})

test('nothing is asked and nothing written where a configuration is in the way', async () => {
  const root = await mkdtemp(join(tmpdir(), 'bearer-worker-'))
  const from = join(root, 'dist')
  const folder = join(root, 'public')
  await mkdir(from)
  await mkdir(folder)
  for (const file of ['bearer-worker.js', 'bearer-worker.sw.js', 'bearer-worker.schema.json'])
    await writeFile(join(from, file), file)
  await writeFile(join(folder, 'bearer-worker.json'), 'mine')
  let asked = 0
  const configuring = async () => `${++asked}`
  expect(await init({ from, folder, configure: configuring })).toMatchObject({ kind: 'exists' })
  expect(asked).toBe(0)
  expect(await init({ from, folder, configure: configuring, force: true })).toMatchObject({ kind: 'done' })
  expect(await readFile(join(folder, 'bearer-worker.json'), 'utf8')).toBe('1')
  await rm(root, { recursive: true })
})
