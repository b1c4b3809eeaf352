import { routed, unrouted } from './routed.ts'

let isDone = false

/** Chromium names an entry of Resource Timing by the whole URL of its request: a page is shown it without our fragment. */
export function hideFragmentInTiming(): void {
  if (isDone) return
  isDone = true
  const { prototype } = PerformanceEntry
  const { get } = Object.getOwnPropertyDescriptor(prototype, 'name')!
  const nameOf = (entry: PerformanceEntry): string => unrouted(get!.call(entry) as string)
  redefine(prototype, 'name', {
    get(this: PerformanceEntry) {
      return nameOf(this)
    },
  })
  for (const { prototype } of [PerformanceEntry, PerformanceResourceTiming]) {
    const { toJSON } = prototype
    redefine(prototype, 'toJSON', {
      value(this: PerformanceEntry): object {
        return { ...toJSON.call(this), name: nameOf(this) }
      },
    })
  }
  for (const { prototype } of [Performance, PerformanceObserverEntryList]) {
    const { getEntriesByName } = prototype
    redefine(prototype, 'getEntriesByName', {
      value(this: Performance, name: string, ...type: [type?: string]): PerformanceEntryList {
        const found = (each: string) => getEntriesByName.call(this, each, ...type)
        const own = found(routed(name))
        return own.length > 0 ? [...found(name), ...own].sort((a, b) => a.startTime - b.startTime) : found(name)
      },
    })
  }
}

/** Changes a property, which stays as enumerable as it was. */
function redefine(prototype: object, name: string, change: PropertyDescriptor): void {
  Object.defineProperty(prototype, name, { ...Object.getOwnPropertyDescriptor(prototype, name), ...change })
}
