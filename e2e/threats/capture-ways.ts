/** How a page can send a sign-in, and what it then sees of the answer. */
import type { Tab } from '../engines/engine.ts'

export const HEAD = 'fetch, HEAD'

/** Each sends a POST to the URL from the page, but for one, and resolves with all that the page can see of the answer. */
export const WAYS: Readonly<Record<string, (url: string) => Promise<string>>> = {
  fetch: async (url) => {
    const response = await fetch(url, { method: 'POST', body: '{}' })
    return `${response.status} ${response.url} ${[...response.headers].join(' ')} ${await response.text()}`
  },
  'fetch of a Request, with a signal': async (url) => {
    const { signal } = new AbortController()
    const response = await fetch(new Request(url, { method: 'POST', body: '{}', signal }))
    return `${response.status} ${await response.text()}`
  },
  'fetch with an Authorization of its own': async (url) => {
    const response = await fetch(url, { method: 'POST', body: '{}', headers: { authorization: 'Basic YTpi' } })
    return `${response.status} ${await response.text()}`
  },
  'fetch, no-cors': async (url) => {
    const response = await fetch(url, { method: 'POST', body: '{}', mode: 'no-cors' })
    return `${response.status} ${await response.text()}`
  },
  [HEAD]: async (url) => {
    const { status, headers } = await fetch(url, { method: 'HEAD' })
    return `${status} ${[...headers].join(' ')}`
  },
  'fetch, keepalive': async (url) => {
    const response = await fetch(url, { method: 'POST', body: '{}', keepalive: true })
    return `${response.status} ${await response.text()}`
  },
  'fetch, read as a stream': async (url) => {
    const response = await fetch(url, { method: 'POST', body: '{}' })
    let text = ''
    if (!response.body) return `${response.status} `
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value
    return `${response.status} ${text}`
  },
  'fetch, read as a Blob': async (url) => {
    const response = await fetch(url, { method: 'POST', body: '{}' })
    return `${response.status} ${await (await response.blob()).text()}`
  },
  ...Object.fromEntries(
    (['', 'text', 'json', 'arraybuffer', 'blob', 'document'] as const).map((type) => [
      `XMLHttpRequest, responseType "${type}"`,
      (0, eval)(`(async (url) => {
        const xhr = new XMLHttpRequest()
        xhr.open('POST', url)
        xhr.responseType = '${type}'
        const seen = []
        const look = () => { if (${type === '' || type === 'text'}) seen.push(xhr.responseText) }
        for (const name of ['readystatechange', 'progress', 'load', 'loadend']) xhr.addEventListener(name, look)
        await new Promise((resolve) => { xhr.onloadend = resolve; xhr.send('{}') })
        seen.push(xhr.getAllResponseHeaders(), xhr.responseURL, xhr.getResponseHeader('location'))
        const { response } = xhr
        if (response instanceof Blob) seen.push(await response.text())
        else if (response instanceof ArrayBuffer) seen.push(new TextDecoder().decode(response))
        else if (response instanceof Node) seen.push(new XMLSerializer().serializeToString(response))
        else seen.push(typeof response === 'string' ? response : JSON.stringify(response))
        return xhr.status + ' ' + seen.join(' ')
      })`) as (url: string) => Promise<string>,
    ]),
  ),
  'XMLHttpRequest, looked at all the time': (url) =>
    new Promise((resolve) => {
      const xhr = new XMLHttpRequest()
      const seen = new Set<string>()
      const look = () => {
        const { responseText, responseXML, responseURL } = xhr
        seen.add(`${responseText} ${responseURL} ${xhr.getAllResponseHeaders()}`)
        if (responseXML) seen.add(new XMLSerializer().serializeToString(responseXML))
      }
      xhr.open('POST', url)
      const looking = setInterval(look)
      xhr.onloadend = () => {
        look()
        clearInterval(looking)
        resolve(`${xhr.status} ${[...seen].join(' ')}`)
      }
      xhr.send('{}')
    }),
  'XMLHttpRequest with an Authorization of its own': (url) =>
    new Promise((resolve) => {
      const xhr = new XMLHttpRequest()
      xhr.open('POST', url)
      xhr.setRequestHeader('Authorization', 'Basic YTpi')
      xhr.onloadend = () => resolve(`${xhr.status} ${xhr.responseText}`)
      xhr.send('{}')
    }),
  'XMLHttpRequest with upload progress': (url) =>
    new Promise((resolve) => {
      const xhr = new XMLHttpRequest()
      xhr.upload.addEventListener('progress', () => {})
      xhr.open('POST', url)
      xhr.onloadend = () => resolve(`${xhr.status} ${xhr.responseText}`)
      xhr.send('{}')
    }),
  sendBeacon: async (url) => {
    navigator.sendBeacon(url, '{}')
    return '200'
  },
}

export const FEW_WAYS = ['fetch', HEAD, 'XMLHttpRequest, responseType ""', 'XMLHttpRequest, responseType "blob"']

/** What the page sees of the answer in one way. The filling of a long answer is left out, since it would take long to be sent. */
export const seenBy = (tab: Tab, way: (url: string) => Promise<string>, url: string): Promise<string> =>
  tab.evaluate(
    async ({ source, url }) => {
      const send = (0, eval)(`(${source})`) as typeof way
      return (await send(url)).replaceAll(/x{100,}/g, 'x')
    },
    { source: way.toString(), url },
  )
