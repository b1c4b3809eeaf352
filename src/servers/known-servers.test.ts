import { expect, describe, test } from 'vitest'
import { KNOWN_SERVERS } from './index.ts'
import { exampleInputs, type DocumentedRequest, type Exchange, type KnownServer } from './known-server.ts'

const NOW = 1_795_000_000

test('names are unique and in kebab-case', () => {
  const names = KNOWN_SERVERS.map(({ name }) => name)
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  expect(names.filter((name) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))).toEqual([])
})

test('titles are unique', () => {
  const titles = KNOWN_SERVERS.map(({ title }) => title)
  expect(new Set(titles).size).toBe(titles.length)
})

for (const server of KNOWN_SERVERS) {
  const inputs = exampleInputs(server)
  const configuration = server.configuration(inputs)
  const answers = server.answers(inputs, NOW)
  const session = (configuration['sessions'] as { main: Record<string, unknown> }).main

  describe(server.name, () => {
    test('its configuration and its answers are plain JSON', () => {
      expect(JSON.parse(JSON.stringify(configuration))).toStrictEqual(configuration)
      expect(JSON.parse(JSON.stringify(answers))).toStrictEqual(answers)
    })

    test('it has one session, called main', () => {
      expect(Object.keys(configuration)).toEqual(['$schema', 'sessions'])
      expect(Object.keys(configuration['sessions'] as object)).toEqual(['main'])
    })

    test('it uses every input, and no input that it does not ask for', () => {
      for (const name of Object.keys(server.inputs))
        expect(JSON.stringify(server.configuration(marked(server, name))), name).toContain('marked')
      expect(JSON.stringify(configuration)).not.toContain('undefined')
      expect(JSON.stringify(answers)).not.toContain('undefined')
    })

    test('each input has a description and an example', () => {
      for (const [name, { description, example }] of Object.entries(server.inputs)) {
        expect(name).toMatch(/^[a-z][A-Za-z]*$/)
        expect(description, name).toMatch(/^[A-Z].*\.$/)
        expect(example, name).not.toBe('')
      }
    })

    test('it says what to set, what surprises, and where that was read', () => {
      expect(server.atTheServer.length).toBeGreaterThan(0)
      expect(server.sources.length).toBeGreaterThan(0)
      for (const sentence of [...server.atTheServer, ...server.quirks, ...server.cannot])
        expect(sentence).toMatch(/^\S.*\.$/s)
      for (const { title, url, read } of server.sources) {
        expect(title).not.toBe('')
        expect(url).toMatch(/^https:\/\//)
        expect(read).toMatch(/^\d{4}-\d\d-\d\d$/)
      }
    })

    test('it signs in as its configuration says', () => {
      const by = session['authorizationServer'] ? 'code' : answers.signIn.by
      expect(answers.signIn.by).toBe(by)
      if (by === 'capture') expect(session['capture']).not.toEqual([])
      if (by === 'page') expect(session['refresh']).toEqual({ by: 'page' })
      if (by === 'cookie') expect(session['refresh']).toMatchObject({ body: 'none' })
    })

    test('it has an end exactly where it has a refresh', () => {
      expect(answers.ended !== undefined).toBe(answers.refresh !== undefined)
      expect(answers.refusal.answer.status).toBeGreaterThanOrEqual(200)
    })

    test('a refresh brings another access token, and the refusal is of the first', () => {
      if (!answers.refresh) return
      const refused = Object.values(answers.refusal.request.headers ?? {}).join()
      const token = refused.replace(/^\w+ /, '')
      expect(JSON.stringify(answers.refresh.answer)).not.toContain(token)
      if (answers.signIn.by === 'capture')
        expect(JSON.stringify(answers.signIn.exchange.answer), 'the first token').toContain(token)
    })

    test('requests have a body where their configuration has one', () => {
      const refresh = answers.refresh?.request
      const { body, method } = (session['refresh'] ?? {}) as { body?: string; method?: string }
      if (!refresh || session['authorizationServer']) return
      expect(bodyOf(refresh)).toBe(body ?? 'form')
      expect(refresh.method).toBe(method ?? 'POST')
      expect(refresh.url).toBe((session['refresh'] as { url: string }).url)
    })

    test('a described sign-out sends what its configuration says', () => {
      const described = session['signOut'] as { url: string; body?: string; method?: string } | undefined
      if (!described)
        return expect(answers.signOut === undefined || 'revoke' in session || metadataOf(server)).toBeTruthy()
      const request = (answers.signOut as Exchange).request
      expect([request.url, request.method]).toEqual([described.url, described.method ?? 'POST'])
      if (described.body === 'none') expect(bodyOf(request)).toBe('none')
    })

    test('its tokens are made up', () => {
      for (const [, , payload] of JSON.stringify(answers).matchAll(/"[^"]*?(eyJ[\w-]+)\.([\w-]+)\.[\w-]+/g)) {
        const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as { exp: number; iat?: number }
        expect(claims.exp).toBeGreaterThan(NOW)
        if (claims.iat !== undefined) expect(claims.iat).toBeLessThan(NOW)
      }
    })
  })
}

/** The example inputs, with a word in one of them by which it is found again. */
function marked(server: KnownServer, name: string): Readonly<Record<string, string>> {
  const inputs = exampleInputs(server)
  const value = inputs[name] ?? ''
  return { ...inputs, [name]: /^https?:/.test(value) ? `${value.replace(/\/+$/, '')}/marked` : `${value}/marked` }
}

function metadataOf(server: KnownServer): boolean {
  const { signIn } = server.answers(exampleInputs(server), NOW)
  return signIn.by === 'code' && signIn.metadata !== undefined
}

function bodyOf({ form, json }: DocumentedRequest): 'form' | 'json' | 'none' {
  if (form) return 'form'
  return json === undefined ? 'none' : 'json'
}
