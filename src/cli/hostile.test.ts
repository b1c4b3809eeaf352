/** A file or a site may say anything: none of it reaches the terminal as anything but visible characters. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runDoctor } from './doctor/run-doctor.ts'
import { EVERYTHING, range, UNPRINTABLE } from './hostile-text.ts'
import { printable } from './printable.ts'
import { runCheck } from './run-check.ts'

/** Runs the command in this process, and returns what it prints. */
async function printed(run: () => Promise<unknown>): Promise<string> {
  let output = ''
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
      output += `${chunk}`
      return true
    }),
  )
  try {
    await run()
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
  return output
}

/** No half of a surrogate pair stands alone. */
const isWellFormed = (text: string) => !/\p{Cs}/u.test(text)

function expectHarmless(output: string): void {
  expect(output).not.toBe('')
  const raw = UNPRINTABLE.filter((character) => character !== '\n' && output.includes(character))
  // A lone surrogate is a part of each pair, and output is searched by code unit.
  expect(
    raw.filter((character) => !/[\ud800-\udfff]/.test(character)).map((character) => printable(character)),
  ).toEqual([])
  expect(isWellFormed(output)).toBe(true)
}

const session = { resources: ['/api/*'], refresh: { url: '/r' } }
const bad = EVERYTHING
/** Places of a file whose text is printed. */
const files: Readonly<Record<string, string | object>> = {
  'an unknown key at the top': { sessions: { main: session }, [bad]: 1 },
  "a session's name": { sessions: { [bad]: session } },
  'a session without a good name, twice': { sessions: [{ name: bad }, { ...session, name: bad }] },
  'an unknown key of a session': { sessions: { main: { ...session, [bad]: bad } } },
  'a pattern': { sessions: { main: { ...session, resources: [bad, `/${bad}`, `https://${bad}`, `//${bad}`] } } },
  'a legal pattern that is printed': {
    sessions: { main: { ...session, resources: [`/${bad.replaceAll(/[\s\p{Cc}\\]/gu, '')}/*`] } },
  },
  'an exception': { sessions: { main: { ...session, except: [`/${bad.replaceAll(/[\s\p{Cc}\\]/gu, '')}`] } } },
  'a URL': { sessions: { main: { ...session, refresh: { url: bad }, revoke: `/${bad}` } } },
  'a choice': { sessions: { main: { ...session, storage: bad } } },
  'a value of another type': {
    sessions: { main: { ...session, resources: bad, navigations: bad, lifetimeSeconds: bad, refresh: bad } },
  },
  'a header': {
    sessions: { main: { ...session, header: bad, scheme: bad, refresh: { url: '/r', headers: { [bad]: bad } } } },
  },
  'token fields': {
    sessions: { main: { ...session, tokenFields: { [bad]: bad, accessToken: `$.${bad}`, access_token: bad } } },
  },
  'a key twice': `{"sessions":{"main":{"resources":["/a"],${JSON.stringify(bad)}:1,${JSON.stringify(bad)}:2}}}`,
  'raw, at the beginning': bad,
  'raw, in a text': `{"sessions": "${bad}"}`,
  'raw, as a word': `{"sessions": ${bad}}`,
  'raw, as a key': `{${bad}: 1}`,
  'raw, after the end': `{}${bad}`,
}

describe('check', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bearer-worker-hostile-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  describe.each([{ json: false }, { json: true }])('%o', (flags) => {
    test.each(Object.entries(files))('%s', async (_, content) => {
      const file = join(folder, 'x.json')
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
      expectHarmless(await printed(() => runCheck(file, flags)))
    })

    test("the file's name", async () => {
      const file = join(
        folder,
        bad
          .replaceAll(/[/\0]/g, '')
          .slice(0, 60)
          .replaceAll(/\p{Cs}/gu, ''),
      )
      await writeFile(file, '{}')
      expectHarmless(await printed(() => runCheck(file, flags)))
    })
  })
})

/** Places of a site whose text is printed, and what the server answers there. */
type Answer = (response: ServerResponse) => void
function answer(status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => void response.writeHead(status, { 'content-type': type, ...headers }).end(body)
}
/** A header takes no control characters but those that are Latin-1. */
const latin1 = range(0x80, 0xff).join('')
const page = (head: string, headers = {}) => answer(200, 'text/html', `<!doctype html>${head}`, headers)
const TAG = '<script src="/bearer-worker.js"></script>'
const text = EVERYTHING.replaceAll(/["<>&\0]/g, '').replaceAll(/\p{Cs}/gu, '')
const config = (main: object) => answer(200, 'application/json', JSON.stringify({ sessions: { main } }))

const sites: Readonly<Record<string, Readonly<Record<string, Answer>>>> = {
  'an inline script before ours': { '/': page(`<script>${text}</script>${TAG}`) },
  "another script's address": { '/': page(`<script src="/${text}.js"></script>${TAG}`) },
  "our script's address": {
    '/': page(`<script defer src="/bearer-worker.js?${text}" data-worker="/${text}"></script>`),
  },
  'attributes by Next.js': {
    '/': page(
      `<script>(self.__next_s=self.__next_s||[]).push([${JSON.stringify(`/bearer-worker.js?${text}`)},{}])</script>`,
    ),
  },
  'a policy in a header': {
    '/': page(TAG, {
      'content-security-policy': `worker-src ${latin1}; require-trusted-types-for 'script'; trusted-types ${latin1}`,
    }),
  },
  'a policy in the page': {
    '/': page(`<meta http-equiv="content-security-policy" content="connect-src ${text}">${TAG}`),
  },
  'where a script is redirected to': {
    '/': page(TAG),
    '/bearer-worker.js': answer(302, 'text/plain', '', { location: `/${latin1}` }),
  },
  'the type of a script': { '/': page(TAG), '/bearer-worker.js': answer(200, `text/${latin1}`, '') },
  'the lifetime of a script': {
    '/': page(TAG),
    '/bearer-worker.js': answer(200, 'text/javascript', '/*! bearer-worker 1.2.3 */', {
      'cache-control': `immutable, ${latin1}`,
    }),
  },
  'the version of a script': {
    '/': page(TAG),
    '/bearer-worker.js': answer(200, 'text/javascript', `/*! bearer-worker 1${text} */`),
  },
  'the allowed scope': {
    '/': page(`<script src="/bearer-worker.js" data-scope="/${text}"></script>`),
    '/bearer-worker.sw.js': answer(200, 'text/javascript', '/*! bearer-worker 1.2.3 */', {
      'service-worker-allowed': `/${latin1}/`,
    }),
  },
  'another worker': {
    '/': page(
      `${TAG}<script>navigator.serviceWorker.register('/${text.replaceAll(/['$`]/g, '')}', { scope: '/' })</script>`,
    ),
  },
  'the configuration': {
    '/': page(TAG),
    '/bearer-worker.json': answer(
      200,
      'application/json',
      JSON.stringify({ [bad]: 1, sessions: { [bad]: { [bad]: bad, resources: [bad] } } }),
    ),
  },
  'a legal pattern': {
    '/': page(TAG),
    '/bearer-worker.json': config({
      resources: [`/${bad.replaceAll(/[\s\p{Cc}\\]/gu, '')}/*`],
      refresh: { url: '/token' },
    }),
  },
  'where the token endpoint redirects to': {
    '/': page(TAG),
    '/bearer-worker.json': config({ resources: ['/api/*'], refresh: { url: '/token' } }),
    '/token': answer(302, 'text/plain', '', { location: latin1 }),
  },
  "the API's lifetime": {
    '/': page(TAG),
    '/bearer-worker.json': config({ resources: ['/api/*'], refresh: { url: '/token' } }),
    '/api/': answer(200, 'text/plain', '', { 'cache-control': `public, ${latin1}` }),
  },
}

describe('doctor', () => {
  let answers: Readonly<Record<string, Answer>> = {}
  const server = createServer((request, response): void => {
    request.resume()
    const respond: Answer = answers[request.url!.split('?')[0]!] ?? answer(404, 'text/plain', '')
    respond(response)
  })
  let origin: string
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, resolve))
    origin = `http://localhost:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => void server.close())

  describe.each([{ json: false }, { json: true }])('%o', (flags) => {
    test.each(Object.entries(sites))('%s', async (_, site) => {
      answers = site
      expectHarmless(
        await printed(() => runDoctor(`${origin}/`, { ...flags, timeout: 5, probe: true, browser: false })),
      )
    })
  })

  test.each(['/', '/bearer-worker.js', '/bearer-worker.json', '/app.js'])(
    'reads no more than it needs of an endless %s',
    async (path) => {
      let sent = 0
      const endless: Answer = (response) => {
        response.writeHead(200, { 'content-type': path === '/' ? 'text/html' : 'text/javascript' })
        const chunk = Buffer.alloc(1_000_000, ' ')
        const more = () => {
          while (!response.destroyed && sent < 300_000_000) {
            sent += chunk.length
            if (!response.write(chunk)) return void response.once('drain', more)
          }
          response.end()
        }
        more()
      }
      answers = { '/': page(`${TAG}<script src="/app.js"></script>`), [path]: endless }
      await printed(() => runDoctor(`${origin}/`, { timeout: 20, browser: false }))
      expect(sent).toBeGreaterThan(1_000_000)
      expect(sent).toBeLessThan(30_000_000)
    },
  )

  test.each([
    ['deep HTML', { '/': page('<div>'.repeat(200_000)) }],
    ['deep JSON', { '/': page(TAG), '/bearer-worker.json': answer(200, 'application/json', '[{"a":'.repeat(200_000)) }],
    ['a circle of redirects', { '/': answer(302, 'text/plain', '', { location: '/' }) }],
    ['a redirect to a file', { '/': answer(302, 'text/plain', '', { location: 'file:///etc/passwd' }) }],
    ['a redirect to nothing', { '/': answer(302, 'text/plain', '', { location: 'http://[' }) }],
    ['an empty answer', { '/': answer(200, 'text/html', '') }],
    [
      'addresses that are none',
      {
        '/': page(
          '<base href="http://["><script src="http://["></script><script src="/bearer-worker.js" data-worker="http://[" data-config="http://[" data-scope="http://["></script>',
        ),
      },
    ],
    [
      'a connection that breaks',
      {
        '/': (response: ServerResponse): void =>
          void response
            .writeHead(200, { 'content-type': 'text/html', 'content-length': '100' })
            .write('x', () => response.destroy()),
      },
    ],
  ] satisfies readonly (readonly [string, typeof answers])[])(
    'ends with findings, not with an error: %s',
    async (_, site) => {
      answers = site
      expectHarmless(await printed(() => runDoctor(`${origin}/`, { timeout: 20, probe: true, browser: false })))
    },
  )
})
