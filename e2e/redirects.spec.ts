/** A token never follows a redirect to an origin that the configuration does not name. */
import { openSignedIn, signIn, openApp } from './app.ts'
import { shows } from './capabilities.ts'
import { oneSession, resourcesSession } from './configurations.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { Resources } from './servers/resources.ts'
import { page } from './servers/site.ts'
import type { Issuer } from '../src/testing/servers/issuer.ts'

/** Another server by another host name, at which any header may arrive. */
async function startElsewhere(issuer: Issuer): Promise<{ server: Resources; url: string }> {
  const server = await Resources.start(issuer)
  server.judges = false
  return { server, url: server.url('', 'elsewhere.localhost') }
}

const send = (tab: Tab, to: string) =>
  tab.evaluate(async (to) => {
    const redirect = (status: number) => `/r/redirect/${status}?to=${encodeURIComponent(to)}`
    const seen: string[] = []
    for (const status of [301, 302, 303, 307, 308]) {
      for (const mode of ['follow', 'manual', 'error'] as const) {
        for (const method of ['GET', 'POST']) {
          seen.push(
            await fetch(redirect(status), { redirect: mode, method, ...(method === 'POST' && { body: 'text' }) }).then(
              ({ type, redirected, ok }) => `${mode} ${type} ${redirected} ${ok}`,
              ({ name }: Error) => `${mode} ${name}`,
            ),
          )
        }
      }
    }
    const byXhr = (upload: boolean) =>
      new Promise<string>((resolve) => {
        const request = new XMLHttpRequest()
        if (upload) request.upload.onprogress = () => {}
        request.open('POST', redirect(307))
        request.onloadend = () => resolve(`xhr ${request.status}`)
        request.send('text')
      })
    seen.push(await byXhr(false), await byXhr(true))
    await new Promise((resolve) => {
      const image = Object.assign(new Image(), { onload: resolve, onerror: resolve })
      image.src = redirect(302).replace('echo', 'image')
    })
    await new Promise<void>((resolve) => {
      const source = new EventSource(redirect(302).replace('echo', 'events'))
      source.onerror = source.onmessage = () => {
        source.close()
        resolve()
      }
    })
    return seen
  }, to)

for (const mode of ['worker', 'page'] as const) {
  test(
    `every kind of redirect to another host, covered by the ${mode}`,
    shows('No token follows a redirect to another origin'),
    async ({ browsing, site, resources, tokens }) => {
      const { server, url } = await startElsewhere(tokens.issuer)
      site.pages.set(
        '/',
        page(
          mode === 'page'
            ? {
                script:
                  '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>',
              }
            : {},
        ),
      )
      const tab = await openApp(browsing, site)
      await signIn(tab)
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe(mode)
      const seen = await send(tab, `${url}/echo`)
      expect(seen.filter((each) => each.startsWith('follow'))).toEqual(Array(10).fill('follow cors true true'))
      expect(seen.filter((each) => each.startsWith('manual'))).toEqual(
        Array(10).fill('manual opaqueredirect false false'),
      )
      expect(seen.filter((each) => each.startsWith('error'))).toEqual(Array(10).fill('error TypeError'))
      expect(seen.slice(-2)).toEqual(['xhr 200', 'xhr 200'])
      expect(server.arrivals.length).toBeGreaterThan(10)
      expect(
        server.arrivals.filter(({ rawHeaders }) =>
          rawHeaders.some((value) => value.includes(tokens.issuer.latest.access_token)),
        ),
      ).toEqual([])
      // No script in a page can give an image a header.
      const bare = resources.arrivals.filter(({ authorization }) => authorization === undefined)
      expect(bare.map(({ headers }) => headers.accept?.startsWith('image/'))).toEqual(mode === 'page' ? [true] : [])
      await server.stop()
    },
  )
}

test('a token in a header of another name, which browsers would send on, does not follow either', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  const { server, url } = await startElsewhere(tokens.issuer)
  resources.judges = false
  site.configuration = oneSession(resourcesSession(resources, tokens, { header: 'X-Own', scheme: 'Token' }))
  const tab = await openSignedIn(browsing, site)
  const to = (status: number) => `/r/redirect/${status}?to=${encodeURIComponent(`${url}/echo`)}`
  for (const status of [302, 307]) {
    expect(
      await tab.evaluate(
        (url) =>
          fetch(url, { method: 'POST', body: 'text' }).then(
            () => 'answer',
            ({ name }: Error) => name,
          ),
        to(status),
      ),
    ).toBe('TypeError')
    expect(
      await tab.evaluate(
        (url) =>
          new Promise((resolve) => {
            const request = new XMLHttpRequest()
            request.upload.onprogress = () => {}
            request.open('POST', url)
            request.onloadend = () => resolve(request.status)
            request.send('text')
          }),
        to(status),
      ),
    ).toBe(0)
  }
  // Synchronous requests and those of fetchLater pass by the worker, so the page adds the header.
  site.configuration = oneSession(
    resourcesSession(resources, tokens, { header: 'X-Own', scheme: 'Token', exposeAccessToken: true }),
  )
  const exposed = await openApp(browsing, site)
  const synchronous = (url: string) => {
    const request = new XMLHttpRequest()
    request.open('POST', url, false)
    try {
      request.send('text')
    } catch {
      // A network error.
    }
    return request.status
  }
  for (let i = 0; i < 3; i++) {
    await exposed.evaluate(synchronous, to(307))
    // It is asked for the header meanwhile.
    await exposed.evaluate(() => bearerWorker.getAccessToken())
  }
  const later = `/r/redirect/307?later&to=${encodeURIComponent(`${url}/later`)}`
  const hasFetchLater = await exposed.evaluate((url) => {
    const { fetchLater } = window as { fetchLater?: (url: string, init: object) => unknown }
    fetchLater?.(url, { method: 'POST', body: 'text', activateAfter: 500 })
    return fetchLater !== undefined
  }, later)
  if (hasFetchLater) {
    const isLater = ({ query }: { readonly query: URLSearchParams }) => query.has('later')
    await expect.poll(() => resources.to('/redirect/307').find(isLater)?.headers['x-own']).toMatch(/^Token /)
    // What is sent later has arrived by then.
    await exposed.evaluate((url) => fetch(url).catch(() => {}), `${url}/echo`)
  }
  expect(resources.arrivals[0]?.headers['x-own']).toBe(`Token ${tokens.issuer.latest.access_token}`)
  const leaked = [...server.arrivals, ...server.preflights].filter(({ rawHeaders }) =>
    rawHeaders.some((value) => value.includes(tokens.issuer.latest.access_token)),
  )
  expect(leaked).toEqual([])
  await server.stop()
})

test('a navigation that is redirected to another host', async ({ browsing, site, resources, tokens }) => {
  const { server, url } = await startElsewhere(tokens.issuer)
  site.configuration = oneSession(resourcesSession(resources, tokens, { navigations: true }))
  const tab = await openSignedIn(browsing, site)
  await tab.goto(site.url(`/r/redirect/302?to=${encodeURIComponent(`${url}/document`)}`))
  expect(await tab.evaluate(() => location.hostname)).toBe('elsewhere.localhost')
  expect(resources.arrivals.map(({ authorization }) => authorization !== undefined)).toEqual([true])
  expect(server.to('/document').map(({ authorization }) => authorization)).toEqual([undefined])
  await server.stop()
})
