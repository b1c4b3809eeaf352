/** A sign-in whose answer nobody could read for tokens is a network error: the page never has them. */
import { ask, failureOf, openApp, signIn } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import { expect, test } from '../fixtures.ts'
import type { Tab } from '../engines/engine.ts'
import { page } from '../servers/site.ts'
import { COVERED_BY_ITSELF } from './settings.ts'

const signInByXhr = (tab: Tab) =>
  tab.evaluate(
    () =>
      new Promise<{ status: number; text: string }>((resolve) => {
        const xhr = new XMLHttpRequest()
        xhr.open('POST', '/auth/login')
        xhr.setRequestHeader('content-type', 'application/json')
        xhr.onloadend = () => resolve({ status: xhr.status, text: xhr.responseText })
        xhr.send(JSON.stringify({ username: 'ada', password: 'correct horse battery staple' }))
      }),
  )

test('where the part of the page is not there for a moment', async ({ browsing, site, resources, tokens }) => {
  site.pages.set('/bare.html', COVERED_BY_ITSELF)
  site.mounts.set('/bearer-worker.page.js', (_, response) => void response.writeHead(503).end())
  site.configuration = oneSession(resourcesSession(resources, tokens))
  const tab = await browsing.newTab(site.url('/bare.html'))
  await expect(signIn(tab)).rejects.toThrow(/Failed to fetch/)
  expect(await signInByXhr(tab)).toEqual({ status: 0, text: '' })
  expect(await failureOf(tab, () => bearerWorker.ready)).toMatchObject({ code: 'part-unavailable' })
})

test('where the store hangs', async ({ browsing, site, resources, tokens }) => {
  site.pages.set('/bare.html', COVERED_BY_ITSELF)
  site.configuration = oneSession(resourcesSession(resources, tokens, { resources: ['/r/*', '/auth/*'] }))
  const holder = await openApp(browsing, site)
  // A transaction that goes on for as long as this tab asks for something.
  await holder.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open('bearer-worker')
        opening.onsuccess = () => {
          const records = opening.result.transaction('sessions', 'readwrite').objectStore('sessions')
          const goOn = () => {
            records.get('nothing').onsuccess = goOn
          }
          goOn()
          resolve()
        }
      }),
  )
  const tab = await browsing.newTab(site.url('/bare.html'))
  expect(await signInByXhr(tab)).toEqual({ status: 0, text: '' })
  await expect(signIn(tab)).rejects.toThrow(/Failed to fetch/)
})

/** A page in which the 15 s that requests wait for a worker take a moment. */
const HURRIED = page({
  script: `<script>
    const native = setTimeout
    window.setTimeout = (run, ms, ...rest) => native(run, ms === 15000 ? 500 : ms, ...rest)
  </script><script src="/bearer-worker.js"></script>`,
})

test('where no worker has come in time; what is no sign-in leaves as the page made it', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  site.pages.set('/hurried.html', HURRIED)
  // The browser waits for it.
  site.mounts.set('/bearer-worker.sw.js', () => {})
  site.configuration = oneSession(resourcesSession(resources, tokens))
  const tab = await browsing.newTab(site.url('/hurried.html'))
  await expect(signIn(tab)).rejects.toThrow(/Failed to fetch/)
  expect(await signInByXhr(tab)).toEqual({ status: 0, text: '' })
  expect(tokens.issuer.everyToken).toEqual([])
  expect((await ask(tab, '/r/echo')).status).toBe(401)
})
