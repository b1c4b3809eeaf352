/** Another site links to the API, posts a form to it, or has something of it in a page: rows of docs/threat-model.md. */
import { openSignedIn } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import { expect, test } from '../fixtures.ts'

for (const [navigations, outcome] of [
  [false, 'it goes out bare'],
  [true, 'it succeeds: the link is followed as the user'],
] as const) {
  test(`another site links to the API, "navigations": ${navigations}: ${outcome}; a form’s POST goes out bare, and so does what its pages request`, async ({
    browsing,
    site,
    api,
    tokens,
  }) => {
    site.configuration = oneSession(oauthSession(api, tokens, { navigations }))
    const tab = await openSignedIn(browsing, site)
    await tab.goto(site.url('/plain.html', 'evil.localhost'))
    await tab.evaluate((url) => void (location.href = url), site.url('/api/rows'))
    await expect.poll(() => api.to('/api/rows').length).toBeGreaterThan(0)
    // WebKit sends it once by itself while it starts the worker; that is refused, and replayed.
    await expect.poll(() => api.to('/api/rows').at(-1)?.authorization !== undefined).toBe(navigations)

    const other = await browsing.newTab(site.url('/plain.html', 'evil.localhost'))
    await other.evaluate((action) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action })
      document.body.append(form)
      form.submit()
    }, site.url('/api/form'))
    await expect.poll(() => api.to('/api/form').length).toBeGreaterThan(0)
    expect(api.to('/api/form')[0]?.authorization).toBeUndefined()

    const third = await browsing.newTab(site.url('/plain.html', 'evil.localhost'))
    await third.evaluate(async (url) => {
      await fetch(`${url}/fetch`, { mode: 'no-cors', credentials: 'include' }).catch(() => {})
      for (const tag of ['img', 'iframe'] as const)
        await new Promise((resolve) => {
          const element = document.createElement(tag)
          element.onload = element.onerror = resolve
          element.src = `${url}/${tag}`
          document.body.append(element)
        })
    }, site.url('/api'))
    // A frame is a navigation: like a link it carries the token, where the browser gives it the worker of the site.
    for (const path of ['/api/fetch', '/api/img', '/api/iframe']) {
      const sent = api.to(path).map(({ authorization }) => authorization)
      expect(sent.length, path).toBeGreaterThan(0)
      if (!navigations || path !== '/api/iframe') expect(sent, path).not.toContainEqual(expect.any(String))
    }
  })
}
