import type { Rendered } from './render.ts'

type Send = (method: string, parameters?: object) => Promise<Readonly<Record<string, unknown>>>

/** Runs in the page. It is text, since functions of a bundle may name what only the bundle has. */
const IN_PAGE = (limitMs: number) => `(async () => {
  const within = (promise) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ${limitMs}, 'timeout'))])
  const container = navigator.serviceWorker
  const registrations = container ? await within(container.getRegistrations()).catch(() => []) : []
  const api = globalThis.bearerWorker
  const hasScript = typeof api?.ready?.then === 'function'
  const ready = hasScript
    ? await within(api.ready).then((value) => ({ value: String(value) }), (error) => ({ code: String(error?.code), message: String(error?.message) }))
    : undefined
  return JSON.stringify({
    hasScript,
    ready,
    registrations: (Array.isArray(registrations) ? registrations : []).map((each) => ({
      worker: (each.installing ?? each.waiting ?? each.active)?.scriptURL,
      scope: each.scope,
    })),
  }).slice(0, 100000)
})()`

/** Asks the page what runs there; an answer of another form counts as none. */
export async function look(send: Send, limitMs: number): Promise<Omit<Rendered, 'browser'>> {
  const { result, exceptionDetails } = await send('Runtime.evaluate', {
    expression: IN_PAGE(Math.min(limitMs, 10_000)),
    awaitPromise: true,
    returnByValue: true,
  })
  const { value } = Object(result) as { readonly value?: unknown }
  if (exceptionDetails || typeof value !== 'string') throw new Error('the page could not be asked')
  const { hasScript, ready, registrations } = Object(JSON.parse(value)) as Readonly<Record<string, unknown>>
  const told = readyOf(ready)
  return {
    hasScript: hasScript === true,
    registrations: Array.isArray(registrations) ? registrations.filter(isRegistration).slice(0, 50) : [],
    ...(told && { ready: told }),
  }
}

function isRegistration(value: unknown): value is Rendered['registrations'][number] {
  const { worker, scope } = Object(value) as Readonly<Record<string, unknown>>
  return typeof worker === 'string' && typeof scope === 'string' && URL.canParse(worker) && URL.canParse(scope)
}

function readyOf(value: unknown): Rendered['ready'] {
  const { value: settled, code, message } = Object(value) as Readonly<Record<string, unknown>>
  if (typeof settled === 'string') return { value: settled }
  return typeof code === 'string' && typeof message === 'string' ? { code, message } : undefined
}
