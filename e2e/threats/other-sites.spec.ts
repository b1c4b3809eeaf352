/** Another site links to the API, or posts a form to it: rows of docs/threat-model.md. */
import { openSignedIn } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import { expect, test } from '../fixtures.ts'

for (const [navigations, outcome] of [
  [false, 'it goes out bare'],
  [true, 'it succeeds: the link is followed as the user'],
] as const) {
  test(`another site links to the API, "navigations": ${navigations}: ${outcome}; a form’s POST goes out bare`, async ({
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
  })
}
