/** A proof follows no redirect, however the request is sent: browsers take no header off but `Authorization`. */
import { askByXhr } from './app.ts'
import { oneSession } from './configurations.ts'
import type { Tab } from './engines/engine.ts'
import { expect, oidcSession, openSignedInAt, test } from './oauth.ts'
import { page } from './servers/site.ts'

const WITHOUT_WORKERS =
  '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>'

/** Each resolves with a status, 0 for a network error. */
const WAYS: Readonly<Record<string, (url: string) => Promise<number>>> = {
  fetch: (url) =>
    fetch(url, { method: 'POST', body: 'text' }).then(
      ({ status }) => status,
      () => 0,
    ),
  XMLHttpRequest: (url) =>
    new Promise((resolve) => {
      const xhr = Object.assign(new XMLHttpRequest(), { onloadend: () => resolve(xhr.status) })
      xhr.open('POST', url)
      xhr.send('text')
    }),
  'an upload with progress': (url) =>
    new Promise((resolve) => {
      const xhr = Object.assign(new XMLHttpRequest(), { onloadend: () => resolve(xhr.status) })
      xhr.upload.onprogress = () => {}
      xhr.open('POST', url)
      xhr.send('text')
    }),
}

const go = (tab: Tab, way: (url: string) => Promise<number>, url: string) =>
  tab.evaluate(({ source, url }) => ((0, eval)(`(${source})`) as (url: string) => Promise<number>)(url), {
    source: way.toString(),
    url,
  })

for (const by of ['worker', 'page'] as const) {
  for (const [name, way] of Object.entries(WAYS)) {
    test(`covered by the ${by}: ${name}`, async ({ browsing, site, stranger, id }) => {
      const status = { moved: 307 }
      site.mounts.set(
        '/moved',
        (_, response) => void response.writeHead(status.moved, { location: stranger.url('/public/taken') }).end(),
      )
      site.pages.set('/without.html', page({ script: WITHOUT_WORKERS }))
      site.configuration = oneSession(oidcSession(id, { dpop: true }, { resources: ['/moved', `${id.url}/rows`] }))
      const tab = await openSignedInAt(browsing, id, site)
      if (by === 'page') await tab.goto(site.url('/without.html'))
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe(by)
      expect(await go(tab, way, `${id.url}/rows`)).toBe(200)
      for (status.moved of [307, 308]) expect(await go(tab, way, '/moved')).toBe(0)
      expect(stranger.requests).toEqual([])
      expect(site.hits.get('/moved')).toBe(2)
    })
  }
}

test('an XMLHttpRequest of a page without a worker behaves as the browser’s, though it is sent by fetch', async ({
  browsing,
  site,
  id,
}) => {
  site.pages.set('/without.html', page({ script: WITHOUT_WORKERS }))
  site.configuration = oneSession(oidcSession(id, { dpop: true }, { resources: ['/api/*', `${id.url}/rows`] }))
  const tab = await openSignedInAt(browsing, id, site)
  await tab.goto(site.url('/without.html'))
  const seen = await tab.evaluate(async (url) => {
    const record = (prepare: (xhr: XMLHttpRequest) => void) =>
      new Promise<unknown[]>((resolve) => {
        const xhr = new XMLHttpRequest()
        const events: unknown[] = []
        for (const type of [
          'readystatechange',
          'loadstart',
          'progress',
          'load',
          'error',
          'abort',
          'timeout',
          'loadend',
        ])
          xhr.addEventListener(type, () => events.push(type === 'readystatechange' ? xhr.readyState : type))
        xhr.addEventListener('loadend', () => {
          const { status, response, responseURL } = xhr
          const kind = Object.prototype.toString.call(response)
          const type = xhr.getResponseHeader('Content-Type')
          const lines = /^content-type: /im.test(xhr.getAllResponseHeaders())
          resolve([
            events.join(),
            status,
            kind,
            response?.constructor === window.Object,
            responseURL === url,
            type,
            lines,
          ])
        })
        xhr.open('GET', url)
        prepare(xhr)
        xhr.send()
      })
    const xhr = new XMLHttpRequest()
    return {
      json: await record((xhr) => (xhr.responseType = 'json')),
      text: await record(() => {}),
      buffer: await record((xhr) => (xhr.responseType = 'arraybuffer')),
      blob: await record((xhr) => (xhr.responseType = 'blob')),
      abort: await record((xhr) => setTimeout(() => xhr.abort())),
      again: await new Promise((resolve) => {
        const statuses: number[] = []
        xhr.onload = () => {
          statuses.push(xhr.status)
          if (statuses.length === 2) return resolve([...statuses, xhr.readyState])
          xhr.open('GET', url)
          statuses[0] = statuses[0]! + xhr.readyState
          xhr.send()
        }
        xhr.open('GET', url)
        xhr.send()
      }),
    }
  }, `${id.url}/rows`)
  const EVENTS = '1,loadstart,2,3,4,progress,load,loadend'
  expect(seen).toMatchObject({
    json: [EVENTS, 200, '[object Object]', true, true, expect.stringContaining('application/json'), true],
    text: [EVENTS, 200, '[object String]', false, true, expect.any(String), true],
    buffer: [EVENTS, 200, '[object ArrayBuffer]', false, true, expect.any(String), true],
    blob: [EVENTS, 200, '[object Blob]', false, true, expect.any(String), true],
    again: [201, 200, 4],
  })
  expect((seen.abort as unknown[])[0]).toMatch(/^1(,loadstart)*,4,abort,loadend$/)
  expect((await askByXhr(tab, '/api/rows', { method: 'POST', body: 'text' })).status).toBe(401)
})
