/** Whoever of the site asks: frames, dedicated and shared workers. */
import { openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import { expect, test } from './fixtures.ts'

test(
  'dedicated and shared workers',
  shows('The token on requests of frames and of dedicated and shared workers'),
  async ({ browsing, site, resources }) => {
    site.pages.set('/dedicated.js', "fetch('/r/echo/dedicated').then(({ status }) => postMessage(status))")
    site.pages.set(
      '/shared.js',
      "onconnect = ({ ports: [port] }) => fetch('/r/echo/shared').then(({ status }) => port.postMessage(status))",
    )
    const tab = await openSignedIn(browsing, site)
    const statuses = await tab.evaluate(() =>
      Promise.all([
        new Promise((resolve) => (new Worker('/dedicated.js').onmessage = ({ data }) => resolve(data))),
        new Promise((resolve) => (new SharedWorker('/shared.js').port.onmessage = ({ data }) => resolve(data))),
        new Promise(
          (resolve) =>
            (new Worker(
              URL.createObjectURL(
                new Blob([`fetch('${location.origin}/r/echo/blob').then(({ status }) => postMessage(status))`]),
              ),
            ).onmessage = ({ data }) => resolve(data)),
        ),
      ]),
    )
    expect(statuses).toEqual([200, 200, 200])
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  },
)

for (const kind of ['with the script tag', 'without it', 'srcdoc'] as const) {
  test(
    `a frame ${kind}`,
    shows('The token on requests of frames and of dedicated and shared workers'),
    async ({ browsing, site, resources }) => {
      site.pages.set(
        '/frame.html',
        (kind === 'with the script tag' ? '<script src="/bearer-worker.js"></script>' : '') +
          "<script>fetch('/r/echo/frame').then(({ status }) => parent.postMessage(status))</script>",
      )
      const tab = await openSignedIn(browsing, site)
      const status = await tab.evaluate(
        (isSrcdoc) =>
          new Promise((resolve) => {
            addEventListener('message', ({ data }) => resolve(data))
            const frame = document.createElement('iframe')
            if (isSrcdoc)
              frame.srcdoc = "<script>fetch('/r/echo/frame').then(({ status }) => parent.postMessage(status))</script>"
            else frame.src = '/frame.html'
            document.body.append(frame)
          }),
        kind === 'srcdoc',
      )
      expect(status).toBe(200)
      expect(resources.to('/echo/frame').map(({ authorization }) => authorization !== undefined)).toEqual([true])
    },
  )
}
