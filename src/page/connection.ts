import type { Hello, Reply } from '../protocol.ts'
import type { PageAnswers } from './answer-questions.ts'
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
export async function connect(places: Places, answers: PageAnswers): Promise<Connection> {
  if (navigator.serviceWorker) {
    try {
      const { registration, hello } = await takeControl(places)
      const sendHere = hello.revision === undefined ? undefined : await sendBesideWorker(places, answers)
      return { by: 'worker', hello, sendHere, ask: (name, call) => askWorker(registration, name, call) }
    } catch (error) {
      // Refused by the browser, not by us: an insecure origin, a private window, a policy.
      if ((error as Error).name === 'BearerWorkerError') throw error
    }
  }
  return connectInPage(places, answers, false)
}

/** Chromium keeps the static routes that a page was loaded with: what is newly listed would pass by every worker. */
export async function sendBesideWorker(places: Places, answers: PageAnswers): Promise<SendHere | undefined> {
  try {
    return (await connectInPage(places, answers, true)).sendHere
  } catch (error) {
    // Until this page is loaded anew, its requests go by the configuration that it was loaded with.
    console.warn(error)
    return undefined
  }
}

async function connectInPage(places: Places, answers: PageAnswers, besideWorker: boolean): Promise<Connection> {
  // An object of another realm: only these functions have it, and no promise ever has it as its value.
  const engine = () =>
    pagePart()!.startEngine({
      configuration: places.config.href,
      script: places.worker.href,
      home: places.scope,
      besideWorker,
      loadScript,
      oauthPart: places.oauthPart.href,
      pagePart: places.pagePart.href,
      askPage: (question, limits) => answers.askHere(question, limits),
      readCookies: () => document.cookie,
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
