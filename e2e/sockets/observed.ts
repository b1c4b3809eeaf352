import type { Tab } from '../engines/engine.ts'
import { type Lab, makeLab, type Observations } from './lab.ts'

export interface Observed {
  readonly what: string
  readonly native: unknown
  readonly listed: unknown
}

/** What a page can see of a socket, for one that is the browser's own and one that is connected for the page. */
export function observed(
  tab: Tab,
  observations: Observations,
  urls: { readonly native: string; readonly listed: string },
): Promise<readonly Observed[]> {
  const sources = Object.entries(observations).map(([what, observe]) => [what, String(observe)] as const)
  return tab.evaluate(observe, { lab: String(makeLab), sources, urls })
}

/** Runs in the page. */
async function observe({
  lab,
  sources,
  urls: { native, listed },
}: {
  readonly lab: string
  readonly sources: readonly (readonly [what: string, source: string])[]
  readonly urls: { readonly native: string; readonly listed: string }
}): Promise<readonly Observed[]> {
  const made = (0, eval)(`(${lab})()`) as Lab
  const observed: Observed[] = []
  for (const [what, source] of sources) {
    const observe = (0, eval)(`(${source})`) as Observations[string]
    const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'late'))
    const one = async (url: string) => Promise.race([observe(url, made), late]).catch(String)
    const asData = (value: unknown) => JSON.parse(JSON.stringify(value ?? null)) as unknown
    observed.push({ what, native: asData(await one(native)), listed: asData(await one(listed)) })
  }
  return observed
}
