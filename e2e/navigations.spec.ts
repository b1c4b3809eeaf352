import { openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import { oneSession, resourcesSession } from './configurations.ts'
import type { PlaywrightTab } from './engines/playwright-tab.ts'
import { expect, test } from './fixtures.ts'

for (const navigations of [true, false]) {
  test(
    `navigations: ${navigations}: GETs of tabs and frames, never a form's POST`,
    shows('The token on navigations, with `"navigations": true`'),
    async ({ browsing, site, resources, tokens }) => {
      site.configuration = oneSession(resourcesSession(resources, tokens, { navigations }))
      const tab = await openSignedIn(browsing, site)
      const title = await tab.evaluate(
        () =>
          new Promise<string>((resolve) => {
            const frame = Object.assign(document.createElement('iframe'), {
              src: '/r/document/frame',
              onload: () => resolve(frame.contentDocument!.title),
            })
            document.body.append(frame)
          }),
      )
      expect(title).toBe(navigations ? 'A report' : '')
      await tab.evaluate(
        () =>
          new Promise<void>((resolve) => {
            const frame = Object.assign(document.createElement('iframe'), {
              name: 'target',
              onload: () => frame.contentWindow!.location.href !== 'about:blank' && resolve(),
            })
            document.body.append(frame)
            const form = Object.assign(document.createElement('form'), {
              method: 'POST',
              action: '/r/document/form',
              target: 'target',
            })
            document.body.append(form)
            form.submit()
          }),
      )
      await tab.goto(site.url('/r/document/tab'))
      expect(await tab.evaluate(() => document.title)).toBe(navigations ? 'A report' : '')
      expect(resources.to('/document/frame').map(({ authorization }) => authorization !== undefined)).toEqual([
        navigations,
      ])
      expect(resources.to('/document/tab').map(({ authorization }) => authorization !== undefined)).toEqual([
        navigations,
      ])
      expect(resources.to('/document/form').map(({ method, authorization }) => [method, authorization])).toEqual([
        ['POST', undefined],
      ])
    },
  )
}

test(
  'a link to an attachment is downloaded with the token',
  shows('The token on downloads, with `"navigations": true`'),
  async ({ browsing, engine, site, resources, tokens }) => {
    test.skip(engine.name === 'webkit', 'MiniBrowser asks where to put it')
    site.configuration = oneSession(resourcesSession(resources, tokens, { navigations: true }))
    const tab = await openSignedIn(browsing, site)
    const { page } = tab as PlaywrightTab
    const download = page.waitForEvent('download')
    await tab.evaluate(() => Object.assign(document.createElement('a'), { href: '/r/file/1' }).click())
    expect((await download).suggestedFilename()).toBe('report.bin')
    expect(resources.to('/file/1').at(-1)?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
  },
)
