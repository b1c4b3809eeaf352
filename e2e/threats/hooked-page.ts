/** A page whose functions a dependency has replaced, and what that dependency sees of tokens. */
import type { Tab } from '../engines/engine.ts'
import { expect } from '../fixtures.ts'
import { classOf, isOfLanguage, OF_ALL_OBJECTS } from './hooked-members.ts'
import { HOOKS } from './hooks.ts'

const OURS = '<script src="/bearer-worker.js"></script>'
export const WITHOUT_WORKERS = '<script>delete Navigator.prototype.serviceWorker</script>'
export const ORDERS = { before: HOOKS + OURS, after: OURS + HOOKS }
export type Order = keyof typeof ORDERS

interface HookedWindow {
  readonly seenByHooks: () => Promise<readonly string[]>
}

/** What the hooks have seen since the last look. */
export const seenIn = (tab: Tab): Promise<readonly string[]> =>
  tab.evaluate(() => (window as unknown as HookedWindow).seenByHooks())

export const documentOf = (scripts: string): string =>
  `<!doctype html><html><head><meta charset="utf-8">${scripts}<title>hooked</title></head></html>`

/** What docs/threat-model.md says that a dependency sees. */
export interface Documented {
  /** What browsers' own functions and accessors show to a script that ran before; of one that ran after, none shows anything. */
  readonly before: readonly string[]
  /** What of JavaScript itself shows something to one that ran after, by its class. */
  readonly after: readonly string[]
}

/** Compares what was seen with what is documented. */
export function judge(seen: readonly string[], { before, after }: Documented, order: Order): void {
  const platform = seen.filter((hook) => !isOfLanguage(hook))
  const language = new Set(seen.filter(isOfLanguage).map(classOf))
  // Where no browser's function shows a token, nothing of JavaScript does either: no token is in the page.
  if (order === 'before') return expect(before.length === 0 ? seen : platform).toEqual([...before].sort())
  expect(seen.filter((hook) => !after.includes(classOf(hook)))).toEqual([])
  // Of all objects only members that they lack.
  if (language.has('Object'))
    expect(seen.filter((hook) => classOf(hook) === 'Object' && !OF_ALL_OBJECTS.has(hook))).toEqual([])
}
