/** What the tests of the inspector share: pages that have it, what it shows, and how it is used. */
import type { Tab } from '../engines/engine.ts'
import { expect } from '../fixtures.ts'
import { page, type Site } from '../servers/site.ts'

export const BY_WORKER = 'Requests covered by the worker'
const INSPECTOR = '<script src="/bearer-worker.inspector.js" defer></script>'

/** A page with the inspector where it stands, and what else is given. */
export function add(
  site: Site,
  path: string,
  { attributes = 'inline', script }: { attributes?: string; script?: string } = {},
): string {
  site.pages.set(
    path,
    page({ head: INSPECTOR, ...(script !== undefined && { script }) }).replace(
      '<body>',
      `<body><main><h1>A site</h1><bearer-worker-inspector ${attributes}></bearer-worker-inspector></main>`,
    ),
  )
  return path
}

/** Its text, as somebody reads it. */
export const textOf = (tab: Tab, selector = '.panel') =>
  tab.evaluate(
    (selector) =>
      [...document.querySelector('bearer-worker-inspector')!.shadowRoot!.querySelectorAll<HTMLElement>(selector)]
        // biome-ignore lint/performance/useDomNodeTextContent: innerText is what a reader sees, with its line breaks
        .map((node) => (node.checkVisibility() ? node.innerText : ''))
        .join('\n'),
    selector,
  )

export const shown = (tab: Tab, selector?: string) => expect.poll(() => textOf(tab, selector))

/** Kind and colour of each row, the newest first. */
export const rowsOf = (tab: Tab) =>
  tab.evaluate(() =>
    [
      ...document
        .querySelector('bearer-worker-inspector')!
        .shadowRoot!.querySelectorAll<HTMLElement>('.entries > li:not([hidden])'),
    ].map(({ dataset }) => `${dataset['kind']} ${dataset['mood']}`),
  )

/** Writes into a field of it, and lets it know. */
export const fill = (tab: Tab, label: string, value: string) =>
  tab.evaluate(
    ({ label, value }) => {
      const field = document
        .querySelector('bearer-worker-inspector')!
        .shadowRoot!.querySelector<HTMLInputElement>(`[aria-label="${label}"]`)!
      field.value = value
      field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input'))
    },
    { label, value },
  )

export const click = (tab: Tab, text: string) =>
  tab.evaluate((text) => {
    const buttons = document
      .querySelector('bearer-worker-inspector')!
      .shadowRoot!.querySelectorAll<HTMLElement>('button, summary')
    ;[...buttons].find((button) => (button.textContent ?? '').includes(text))!.click()
  }, text)
