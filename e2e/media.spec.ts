/** Requests that carry no headers of a page's: images, media, tracks. */
import { openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'

/** Loads an image; the width tells that it was decoded. */
function loadImage(tab: Tab, src: string): Promise<string> {
  return tab.evaluate(
    (src) =>
      new Promise<string>((resolve) => {
        const image = new Image()
        image.onload = () => resolve(`loaded ${image.naturalWidth}`)
        image.onerror = () => resolve('error')
        image.src = src
      }),
    src,
  )
}

test(
  'an image of the own origin carries the token, and is replayed when it was refused',
  shows('The token on images of the own origin, and of another'),
  async ({ browsing, site, resources, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    tokens.issuer.expireAccessTokens()
    expect(await loadImage(tab, '/r/image/1')).toBe('loaded 3')
    expect(resources.to('/image/1').at(-1)?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
    expect(tokens.refreshes).toHaveLength(1)
  },
)

for (const [cors, path, arrivals] of [
  ['credentials', '/image/1', [true]],
  ['wildcard', '/image/1', [true, true]],
  ['none', '/open/image/1', [false]],
] as const) {
  test(
    `an image of another origin, whose CORS is: ${cors}`,
    shows('The token on images of the own origin, and of another'),
    async ({ browsing, site, resources }) => {
      resources.cors = cors
      const tab = await openSignedIn(browsing, site)
      expect(await loadImage(tab, resources.url(path))).toBe('loaded 3')
      // WebKit and Chromium differ in whether a request whose preflight is refused leaves: none may leave without a
      // preflight.
      const withToken = resources.to(path).map(({ authorization }) => authorization !== undefined)
      expect(withToken.at(-1)).toBe(arrivals.at(-1))
    },
  )
}

test('the image of another origin that has no CORS is the one that the page asked for: opaque, with its cookies', async ({
  browsing,
  site,
  resources,
}) => {
  resources.cors = 'none'
  const tab = await openSignedIn(browsing, site)
  await tab.evaluate(() => void (document.cookie = 'own=yes'))
  await loadImage(tab, resources.url('/open/image/1'))
  const { headers } = resources.to('/open/image/1').at(-1)!
  expect(headers.authorization).toBeUndefined()
  expect(headers['sec-fetch-mode'] ?? 'no-cors').toBe('no-cors')
  expect(headers.cookie).toContain('own=yes')
})

for (const where of ['own', 'other', 'other, with crossorigin'] as const) {
  test(
    `audio of the ${where} origin: 206, and seeking asks for another place`,
    shows(
      where === 'own'
        ? 'The token on media of the own origin, with ranges'
        : 'The token on media of another origin, with ranges',
    ),
    async ({ browsing, engine, site, resources }) => {
      test.skip(
        engine.name === 'firefox' && where === 'other',
        'Firefox asks no worker for media of another origin without `crossorigin`',
      )
      test.skip(engine.name === 'webkit', 'WebKitGTK plays WAV only with plugins that need not be installed')
      const tab = await openSignedIn(browsing, site)
      const src = where === 'own' ? '/r/tone' : resources.url('/tone')
      const seen = await tab.evaluate(
        ({ src, cors }) =>
          new Promise<unknown>((resolve) => {
            const audio = new Audio()
            if (cors) audio.crossOrigin = 'anonymous'
            audio.preload = 'auto'
            audio.onerror = () => resolve(`error ${audio.error?.message}`)
            audio.onloadedmetadata = () => (audio.currentTime = 100)
            audio.onseeked = () => resolve([Math.round(audio.duration), audio.currentTime])
            audio.src = src
          }),
        { src, cors: where.includes('crossorigin') },
      )
      expect(seen).toEqual([120, 100])
      const ranges = resources.to('/tone').map(({ headers }) => headers.range)
      expect(ranges[0]).toBe('bytes=0-')
      expect(ranges.filter((range) => range !== undefined && range !== 'bytes=0-').length).toBeGreaterThan(0)
      expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
      // A media element asks for bytes as they are: an encoding would spoil the range.
      expect(new Set(resources.to('/tone').map(({ headers }) => headers['accept-encoding'] ?? 'identity'))).toEqual(
        new Set(['identity']),
      )
    },
  )
}

test('a track of a video', shows('The token on tracks'), async ({ browsing, site, resources }) => {
  const tab = await openSignedIn(browsing, site)
  const cues = await tab.evaluate(
    () =>
      new Promise<number | string>((resolve) => {
        const video = document.createElement('video')
        const track = Object.assign(document.createElement('track'), {
          src: '/r/track/1',
          kind: 'captions',
          default: true,
        })
        track.onload = () => resolve(track.track.cues?.length ?? 0)
        track.onerror = () => resolve('error')
        video.append(track)
        document.body.append(video)
        track.track.mode = 'showing'
      }),
  )
  expect(cues).toBe(1)
  expect(resources.arrivals.map(({ authorization }) => authorization !== undefined)).toEqual([true])
})

test('a destination that is not listed is left alone', async ({ browsing, site, resources }) => {
  const tab = await openSignedIn(browsing, site)
  await tab.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const script = Object.assign(document.createElement('script'), {
          src: '/r/script/1',
          onload: () => resolve(),
          onerror: () => resolve(),
        })
        document.head.append(script)
      }),
  )
  expect(resources.to('/script/1').map(({ authorization }) => authorization)).toEqual([undefined])
})
