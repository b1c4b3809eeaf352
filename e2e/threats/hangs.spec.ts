/** Reading a body to judge it holds no answer back: what is longer, slower or no JSON is no refusal, and comes as it is sent. */
import type { ServerResponse } from 'node:http'
import { openApp, signIn } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import { expect, test } from '../fixtures.ts'
import { COVERED_BY_ITSELF } from './settings.ts'

const LINES = '{"row":1}\n{"row":2}\n'
const begin = (response: ServerResponse, status: number, type: string, text: string) => {
  // Without this header Chromium itself waits for more of a text, to guess what it is.
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' })
  response.write(text)
}

interface Shape {
  readonly answer: (response: ServerResponse) => void
  /** Whether it is JSON by its type, and so may take up to 2 s to be judged. */
  readonly isJudged: boolean
}

/** None of them ever ends. */
const SHAPES: Readonly<Record<string, Shape>> = {
  'a refusal whose JSON does not end': {
    answer: (response) => begin(response, 401, 'application/json', '{"error":"ERROR_INVALID'),
    isJudged: true,
  },
  'a refusal of which only a blank comes': {
    answer: (response) => begin(response, 401, 'application/problem+json', ' '),
    isJudged: true,
  },
  'a refusal over 64 KiB': {
    answer: (response) => begin(response, 401, 'application/json', `{"error":"${'x'.repeat(70_000)}`),
    isJudged: true,
  },
  'a good answer whose JSON does not end': {
    answer: (response) => begin(response, 200, 'application/json', '{"rows":['),
    isJudged: true,
  },
  'JSON lines': { answer: (response) => begin(response, 200, 'application/x-ndjson', LINES), isJudged: false },
  'JSON lines by another name': {
    answer: (response) => begin(response, 200, 'application/jsonl', LINES),
    isJudged: false,
  },
  'JSON lines of Spring': {
    answer: (response) => begin(response, 200, 'application/stream+json', LINES),
    isJudged: false,
  },
  'a JSON sequence': {
    answer: (response) => begin(response, 200, 'application/json-seq', `\x1e${LINES}`),
    isJudged: false,
  },
  'a GeoJSON sequence': {
    answer: (response) => begin(response, 200, 'application/geo+json-seq', `\x1e${LINES}`),
    isJudged: false,
  },
  'an event stream': {
    answer: (response) => begin(response, 200, 'text/event-stream', 'data: 1\n\n'),
    isJudged: false,
  },
  'a text': { answer: (response) => begin(response, 200, 'text/plain', 'no'), isJudged: false },
}

/** Each resolves once the page has the status, and the first bytes where there are some. */
const WAYS: Readonly<Record<string, (url: string) => Promise<readonly [status: number, ms: number]>>> = {
  fetch: async (url) => {
    const begun = performance.now()
    const abort = new AbortController()
    const { status } = await fetch(url, { signal: abort.signal })
    const ms = performance.now() - begun
    abort.abort()
    return [status, ms]
  },
  XMLHttpRequest: (url) =>
    new Promise((resolve) => {
      const begun = performance.now()
      const xhr = new XMLHttpRequest()
      xhr.open('GET', url)
      xhr.onreadystatechange = () => {
        if (xhr.readyState < 2) return
        resolve([xhr.status, performance.now() - begun])
        setTimeout(() => xhr.abort())
      }
      xhr.send()
    }),
}

for (const hasWorker of [true, false]) {
  for (const [name, way] of Object.entries(WAYS)) {
    test(`${name}, ${hasWorker ? 'behind the worker' : 'without a worker'}`, async ({
      browsing,
      site,
      resources,
      tokens,
    }) => {
      const invalidToken = { statuses: [200, 401], errorCodes: ['ERROR_INVALID_ACCESS_TOKEN'] }
      site.configuration = oneSession(resourcesSession(resources, tokens, { invalidToken }))
      if (!hasWorker) site.pages.set('/', COVERED_BY_ITSELF)
      const tab = await openApp(browsing, site)
      await signIn(tab)
      const arrives = async (shape: string) => {
        const path = `/endless-${Object.keys(SHAPES).indexOf(shape)}`
        const { answer, isJudged } = SHAPES[shape]!
        const open: ServerResponse[] = []
        resources.on(path, (response) => {
          open.push(response)
          answer(response)
        })
        const [status, ms] = await tab.evaluate(way, `/r${path}`)
        expect(status, shape).toBe(shape.includes('refusal') ? 401 : 200)
        // On a machine that does nothing else it takes some ms, or 2 s.
        expect(ms, shape).toBeLessThan(isJudged ? 6_000 : 1_900)
        expect(resources.to(path), shape).toHaveLength(1)
        for (const response of open) response.destroy()
      }
      // Firefox keeps the connection of an answer that nobody reads, and has six of them for a host: the judged ones go at once.
      const judged = Object.entries(SHAPES).filter(([, { isJudged }]) => isJudged)
      await Promise.all(judged.map(([shape]) => arrives(shape)))
      for (const [shape, { isJudged }] of Object.entries(SHAPES)) if (!isJudged) await arrives(shape)
      expect(tokens.refreshes).toEqual([])
    })
  }
}
