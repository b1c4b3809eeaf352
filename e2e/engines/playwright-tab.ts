import type { BrowserContext, Page } from '@playwright/test'
import { type Browsing, type Tab, workerActive } from './engine.ts'

/** A tab of a browser that Playwright drives. */
export class PlaywrightTab implements Tab {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async goto(url: string): Promise<void> {
    await this.page.goto(url)
  }

  async reload(): Promise<void> {
    await this.page.reload()
  }

  evaluate<Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result> {
    return this.page.evaluate(run as (argument: unknown) => Result | Promise<Result>, argument as unknown)
  }

  close(): Promise<void> {
    return this.page.close()
  }
}

/** A profile of a browser that Playwright drives. The parameters hold what differs between engines. */
export function playwrightBrowsing(
  context: BrowserContext,
  { tab: tabOf, ...more }: Pick<Browsing, 'stopWorkers' | 'clearDatabases'> & { readonly tab: (page: Page) => Tab },
): Browsing {
  const newTab = async (url?: string) => {
    const tab = tabOf(await context.newPage())
    if (url !== undefined) await tab.goto(url)
    return tab
  }
  return {
    ...more,
    newTab,
    async prime(url) {
      const tab = await newTab(url)
      await tab.evaluate(workerActive)
      await tab.close()
    },
    close: () => context.close(),
  }
}
