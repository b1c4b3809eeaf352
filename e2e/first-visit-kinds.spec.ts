/** Requests of a first visit, and of a hard reload, that a page does not send by itself: preloads and workers. */
import { openSignedIn } from './app.ts'
import type { Browsing, Engine, Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import type { Resources } from './servers/resources.ts'
import { page, type Site } from './servers/site.ts'

type Visit = 'first visit' | 'hard reload'

/** Opens `/first.html` as somebody who is signed in, without a worker that controls it from its beginning. */
async function open(visit: Visit, browsing: Browsing, site: Site, resources: Resources): Promise<Tab> {
  await openSignedIn(browsing, site)
  const tab = await browsing.newTab(site.url('/plain.html'))
  if (visit === 'first visit') {
    await tab.evaluate(async () => {
      for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
    })
    await tab.goto(site.url('/first.html'))
    return tab
  }
  await tab.goto(site.url('/first.html'))
  await tab.evaluate(() => early)
  resources.arrivals.length = 0
  await tab.hardReload?.()
  return tab
}

const skip = (visit: Visit, engine: Engine) =>
  test.skip(visit === 'hard reload' && engine.name === 'webkit', 'WebDriver has no hard reload')

for (const visit of ['first visit', 'hard reload'] as const) {
  test(`${visit}: a preload that was refused answers no request`, async ({ browsing, engine, site, resources }) => {
    skip(visit, engine)
    const other = resources.url('/echo/other')
    const preloads = ['/r/echo/fetch', '/r/echo/request', '/r/echo/xhr', '/r/echo/later', other]
      .map((href) => `<link rel="preload" as="fetch" crossorigin href="${href}">`)
      .join('')
    site.pages.set(
      '/first.html',
      page({
        head: `${preloads}<script>
          const xhr = (path) => new Promise((resolve) => {
            const request = new XMLHttpRequest()
            request.open('GET', path)
            request.onloadend = () => resolve(request.status)
            request.send()
          })
          const status = ({ status }) => status
          var early = Promise.all([
            fetch('/r/echo/fetch').then(status),
            fetch(new Request('/r/echo/request')).then(status),
            fetch(${JSON.stringify(other)}).then(status),
            xhr('/r/echo/xhr'),
            bearerWorker.ready.then(() => fetch('/r/echo/later')).then(async ({ status }) => [status, (await fetch('/r/echo/later')).status]),
          ])
        </script>`,
      }),
    )
    const tab = await open(visit, browsing, site, resources)
    expect(await tab.evaluate(() => early as Promise<readonly unknown[]>)).toEqual([200, 200, 200, 200, [200, 200]])
    for (const path of ['/echo/fetch', '/echo/request', '/echo/xhr', '/echo/other']) {
      const hasToken = resources.to(path).map(({ authorization }) => authorization !== undefined)
      expect([path, hasToken.filter(Boolean).length]).toEqual([path, 1])
      expect(hasToken.length).toBeLessThanOrEqual(2)
    }
    expect(
      [...resources.arrivals, ...resources.preflights].filter(({ headers }) => 'bearer-worker' in headers),
    ).toEqual([])
  })

  test(`${visit}: workers that are made at once`, async ({ browsing, engine, site, resources }) => {
    skip(visit, engine)
    // WebKit asks the service worker for the first only of several workers of one script that are made at the same time.
    const other = engine.name === 'webkit' ? '?other' : ''
    const code = `onmessage = ({ data, ports }) => fetch(data[0]).then(({ status }) => ports[0].postMessage([status, data[1].byteLength])); fetch(ORIGIN + '/r/echo/start')`
    site.pages.set('/worker.js', code.replace('ORIGIN', 'location.origin'))
    site.pages.set('/module.js', `import '/worker.js'`)
    site.pages.set(
      '/nested.js',
      `const inner = new Worker('/worker.js'); onmessage = ({ data, ports }) => inner.postMessage(data, [...ports])`,
    )
    site.pages.set(
      '/shared.js',
      `onconnect = ({ ports: [port] }) => { port.onmessage = ({ data, ports }) => fetch(data[0]).then(({ status }) => ports[0].postMessage([status, data[1].byteLength])) }; fetch('/r/echo/start')`,
    )
    site.pages.set(
      '/first.html',
      page({
        head: `<script>
          const code = ${JSON.stringify(code)}.replace('ORIGIN', JSON.stringify(location.origin))
          const blob = () => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
          const revoked = (make) => { const url = blob(), worker = make(url); URL.revokeObjectURL(url); return worker }
          const workers = {
            'a worker': new Worker('/worker.js'),
            'of a URL object': new Worker(new URL('/worker.js${other}', location.href), { name: 'named' }),
            'a module': new Worker('/module.js', { type: 'module' }),
            'nested': new Worker('/nested.js'),
            'a blob': new Worker(blob()),
            'a blob whose URL is revoked at once': revoked((url) => new Worker(url)),
            'a blob module whose URL is revoked at once': revoked((url) => new Worker(url, { type: 'module' })),
            'of a class': new (class Own extends Worker {})('/worker.js${other}${other}'),
          }
          const ask = (target, path) => new Promise((resolve, reject) => {
            const { port1, port2 } = new MessageChannel(), bytes = new ArrayBuffer(8)
            port1.onmessage = ({ data }) => resolve([...data, bytes.byteLength])
            target.postMessage([location.origin + path, bytes], [port2, bytes])
          })
          const shared = new SharedWorker('/shared.js')
          const all = Object.entries(workers).map(([name, worker]) => {
            if (!(worker instanceof Worker)) throw new Error(name)
            return [name, worker]
          })
          var early = Promise.all([...all, ['shared', shared.port]].map(async ([name, target]) => {
            const late = new Promise((resolve) => setTimeout(resolve, 20000, 'no answer'))
            return [name, await Promise.race([ask(target, '/r/echo/first'), late]), await Promise.race([ask(target, '/r/echo/again'), late])]
          }))
        </script>`,
      }),
    )
    const tab = await open(visit, browsing, site, resources)
    const answers = await tab.evaluate(() => early as Promise<unknown> as Promise<readonly [string, ...unknown[]][]>)
    const good = answers.map(([name]) => [name, [200, 8, 0], [200, 8, 0]])
    expect(answers).toEqual(good)
    await resources.arrived('/echo/start')
    expect(resources.arrivals.filter(({ authorization }) => !authorization)).toEqual([])
  })
}

test('what a page sees of a worker that starts later', async ({ browsing, site, resources }) => {
  site.pages.set(
    '/echo.js',
    'onmessage = ({ data }) => { if (data === 0) throw new Error("it fails"); postMessage(data + 1) }',
  )
  site.pages.set(
    '/first.html',
    page({
      head: `<script>
        const seen = []
        const worker = new Worker('/echo.js')
        const done = new Promise((resolve) => {
          worker.onmessage = ({ data, target }) => seen.push(['on', data, target === worker])
          worker.addEventListener('message', ({ data }) => seen.push(['listener', data]))
          worker.onerror = (event) => { seen.push(['error', event instanceof ErrorEvent, /it fails/.test(event.message)]); event.preventDefault(); resolve() }
        })
        worker.postMessage(1)
        worker.postMessage(2)
        worker.postMessage(0)
        let refused
        try { worker.postMessage(() => {}) } catch ({ name }) { refused = name }
        const missing = new Promise((resolve) => new Worker('/missing.js').onerror = ({ type }) => resolve(type))
        const terminated = new Worker('/terminated.js')
        terminated.terminate()
        let invalid
        try { new Worker('http://[') } catch ({ name }) { invalid = name }
        var early = Promise.all([done.then(() => seen), refused, missing, invalid])
      </script>`,
    }),
  )
  const tab = await open('first visit', browsing, site, resources)
  expect(await tab.evaluate(() => early as Promise<readonly unknown[]>)).toEqual([
    [
      ['on', 2, true],
      ['listener', 2],
      ['on', 3, true],
      ['listener', 3],
      ['error', true, true],
    ],
    'DataCloneError',
    'error',
    'SyntaxError',
  ])
  expect(site.hits.get('/terminated.js')).toBeUndefined()
})
