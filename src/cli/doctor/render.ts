import { type Devtools, startBrowser } from './devtools.ts'
import { findBrowser } from './find-browser.ts'
import { look } from './look.ts'

/** What a page looks like from inside, once its scripts have run. Whatever it says is the site's word. */
export interface Rendered {
  /** E.g. `Chrome/140.0.0.0`. */
  readonly browser: string
  /** Whether our page script runs there. */
  readonly hasScript: boolean
  /** Of `bearerWorker.ready`; missing where there is none. */
  readonly ready?: { readonly value: string } | { readonly code: string; readonly message: string }
  readonly registrations: readonly { readonly worker: string; readonly scope: string }[]
}

export type Rendering =
  | { readonly kind: 'rendered'; readonly rendered: Rendered }
  | { readonly kind: 'not'; readonly why: string }

export interface RenderOptions {
  readonly timeoutMs: number
  /** Whether the page may reach addresses of this machine and its network. */
  readonly mayReachPrivate: boolean
}

/** How long `ready` and a late registration may take after the page has loaded. */
const SETTLE_MS = 1500

/** What a public site has no business with. Names that resolve to such addresses are left to the browser's own rules. @see https://wicg.github.io/local-network-access/ */
const PRIVATE = ['localhost*', '*.localhost*', '127.*', '10.*', '192.168.*', '169.254.*', '[::1]*', '[f*'].map(
  (host) => `*://${host}`,
)

/** Opens the page in an installed browser, with an empty profile. */
export async function render(url: string, options: RenderOptions): Promise<Rendering> {
  const executable = await findBrowser()
  if (executable === undefined)
    return { kind: 'not', why: 'no Chromium, Chrome, Edge or Brave was found (CHROME_PATH names one)' }
  let browser: Devtools | undefined
  try {
    browser = await startBrowser(executable)
    const limitMs = options.timeoutMs + 15_000
    return { kind: 'rendered', rendered: await within(limitMs, visit(browser, url, options)) }
  } catch (error) {
    return { kind: 'not', why: `the browser ${executable} did not do it: ${(error as Error).message}` }
  } finally {
    await browser?.close()
  }
}

async function visit(browser: Devtools, url: string, { timeoutMs, mayReachPrivate }: RenderOptions): Promise<Rendered> {
  const { product } = await browser.send('Browser.getVersion')
  const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true })
  const send = (method: string, parameters = {}) => browser.send(method, parameters, sessionId as string)
  await send('Page.enable')
  if (!mayReachPrivate) {
    await send('Network.enable')
    await send('Network.setBlockedURLs', { urls: PRIVATE })
  }
  const loaded = new Promise<void>((resolve) => browser.on('Page.loadEventFired', () => resolve()))
  // A dialog would hold everything.
  browser.on(
    'Page.javascriptDialogOpening',
    () => void send('Page.handleJavaScriptDialog', { accept: false }).catch(() => {}),
  )
  const { errorText } = await send('Page.navigate', { url })
  if (errorText) throw new Error(`${errorText}`)
  await Promise.race([loaded, delay(timeoutMs)])
  await delay(SETTLE_MS)
  return { browser: `${product}`, ...(await look(send, timeoutMs)) }
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())

function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${limitMs / 1000} s`)), limitMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
