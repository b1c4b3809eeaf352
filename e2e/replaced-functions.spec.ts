/** What a page can see of the functions that the page script replaces. */
import { openApp } from './app.ts'
import { expect, test } from './fixtures.ts'

/** The functions that the page script replaces, and what a page can see of a function without calling it for good. */
function seenOfFunctions(): unknown {
  const { prototype } = XMLHttpRequest
  const getterOf = (owner: object, name: string) => Object.getOwnPropertyDescriptor(owner, name)!.get!
  const functions: Readonly<Record<string, (...args: never[]) => unknown>> = {
    fetch,
    sendBeacon: navigator.sendBeacon,
    open: prototype.open,
    setRequestHeader: prototype.setRequestHeader,
    send: prototype.send,
    abort: prototype.abort,
    upload: getterOf(prototype, 'upload'),
    XMLHttpRequest: XMLHttpRequest as never,
    EventSource: EventSource as never,
  }
  const errorOf = (action: () => unknown) => {
    try {
      action()
      return undefined
    } catch (error) {
      return (error as Error).name
    }
  }
  const attributesOf = (owner: object, name: string) => {
    const { value: _, get: __, set: ___, ...attributes } = Object.getOwnPropertyDescriptor(owner, name) ?? {}
    return attributes
  }
  const seen = Object.entries(functions).map(([name, each]) => [
    name,
    {
      name: each.name,
      length: each.length,
      isNative: /^function\s*\w*( upload)?\(\)\s*\{\s*\[native code\]\s*\}$/.test(`${each}`),
      own: Object.getOwnPropertyNames(each).toSorted(),
      withoutObject: errorOf(() => Reflect.apply(each, undefined, [])),
      withNew: /^[A-Z]/.test(name) ? undefined : errorOf(() => Reflect.construct(each, [])),
    },
  ])
  return {
    functions: Object.fromEntries(seen),
    attributes: [
      attributesOf(window, 'fetch'),
      attributesOf(window, 'XMLHttpRequest'),
      attributesOf(window, 'EventSource'),
      attributesOf(Navigator.prototype, 'sendBeacon'),
      ...['open', 'send', 'abort', 'setRequestHeader', 'upload', 'constructor'].map((name) =>
        attributesOf(prototype, name),
      ),
    ],
    ofNavigator: Object.getOwnPropertyNames(navigator),
    ofRequest: Object.getOwnPropertyNames(new XMLHttpRequest()),
  }
}

test('the functions that are replaced look as the browser has them', async ({ browsing, site }) => {
  const plain = await browsing.newTab(site.url('/plain.html'))
  const expected = await plain.evaluate(seenOfFunctions)
  const tab = await openApp(browsing, site)
  expect(await tab.evaluate(seenOfFunctions)).toEqual(expected)
})
