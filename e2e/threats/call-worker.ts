/** What any script of a page can say to the worker: the messages of the page script, by hand. */
import type { Tab } from '../engines/engine.ts'

/** Sends one call to the active worker. Resolves with its reply, as data. */
export function callWorker(tab: Tab, name: string, call: object): Promise<{ readonly value?: unknown }> {
  return tab.evaluate(
    async ({ name, call }) => {
      const { active } = await navigator.serviceWorker.ready
      const { port1, port2 } = new MessageChannel()
      const replied = new Promise<MessageEvent>((resolve) => (port1.onmessage = resolve))
      active!.postMessage({ bearerWorker: 1, name, with: call }, [port2])
      return (await replied).data as { value?: unknown }
    },
    { name, call },
  )
}

/** Begins a sign-in without leaving the page. Resolves with the URL of its authorization request. */
export async function beginSignIn(tab: Tab, session = 'main'): Promise<URL> {
  const page = await tab.evaluate(() => location.href)
  const { value } = await callWorker(tab, 'signIn', { session, page })
  return new URL(value as string)
}
