import type { Hello, Reply } from '../protocol.ts'
import { type Ask, askWorker, unwrap } from './ask.ts'
import type { SendHere } from './intercept/gate.ts'
import { nativeFetch } from './intercept/natives.ts'
import { loadScript, pagePart } from './intercept/realm.ts'
import { loadPagePart } from './parts.ts'
import { type Places, takeControl } from './registration.ts'

/** What authorizes the requests of this page, and how to ask it. */
export interface Connection {
  readonly by: 'worker' | 'page'
  readonly ask: Ask
  readonly hello: Hello
  /** How this page sends requests itself; undefined where the browser sends them, and a worker answers. */
  readonly sendHere: SendHere | undefined
}

/** Connects to the worker, or, where none can run, to the same engine in this page. */
export async function connect(places: Places): Promise<Connection> {
  if (navigator.serviceWorker) {
    try {
      const { registration, hello } = await takeControl(places)
      const sendHere = hello.revision === undefined ? undefined : await sendBesideWorker(places)
      return { by: 'worker', hello, sendHere, ask: (name, call) => askWorker(registration, name, call) }
    } catch (error) {
      // Refused by the browser, not by us: an insecure origin, a private window, a policy.
      if ((error as Error).name === 'BearerWorkerError') throw error
    }
  }
  return connectInPage(places, false)
}

/** Chromium keeps the static routes that a page was loaded with: what is newly listed would pass by every worker. */
export async function sendBesideWorker(places: Places): Promise<SendHere | undefined> {
  return (await connectInPage(places, true).catch(() => undefined))?.sendHere
}

async function connectInPage(places: Places, besideWorker: boolean): Promise<Connection> {
  // An object of another realm: only these functions have it, and no promise ever has it as its value.
  const engine = () =>
    pagePart()!.startEngine({
      configuration: places.config.href,
      home: places.scope,
      besideWorker,
      loadScript,
      oauthPart: places.oauthPart.href,
    })
  const ask: Ask = async (name, with_) => {
    await loadPagePart(places)
    return unwrap(JSON.parse(await engine().call(name, with_)) as Reply)
  }
  const sendHere: SendHere = (request) => {
    if (pagePart()) return engine().send(request)
    // A script has removed the frame of the realm from the document.
    return loadPagePart(places).then(() => engine().send(request) ?? nativeFetch(request))
  }
  return { by: 'page', hello: await ask('hello', {}), sendHere, ask }
}
