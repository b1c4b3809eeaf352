import { toErrorData } from '../errors.ts'
import { replyWith } from '../engine/start.ts'
import { openNoticeChannel } from '../io/notice-channel.ts'
import { isServed } from '../policy/vault-apps.ts'
import { asQuestion, idOf } from '../policy/vault-question.ts'
import type { VaultMessage, VaultReady, VaultState } from '../protocol.ts'
import { answer } from './answer.ts'
import { finishInFrame } from './sign-in-in-frame.ts'
import type { Vault } from './vault.ts'

/** Serves the page that this frame is in, if its origin is one of the apps: each port that it hands over is one conversation. */
export function serveApps(vault: Vault): void {
  const ports = new Set<MessagePort>()
  window.addEventListener('message', ({ data, origin, source, ports: [port] }) => {
    if (source !== window.parent || !port || Object(data).bearerWorkerVault !== 1) return
    void welcome(vault, origin, port).then((isWelcome) => isWelcome && ports.add(port))
  })
  tellChanges(vault, ports)
}

/** By app: one end for all ports of this frame, and each answers after it. */
const finished = new Map<string, Promise<void>>()

function finishOnce(vault: Vault, app: string): Promise<void> {
  const finishing = finished.get(app) ?? finishInFrame(vault, app)
  finished.set(app, finishing)
  finishing.catch(() => finished.delete(app))
  return finishing
}

/** Resolves with whether the origin is served. */
async function welcome(vault: Vault, origin: string, port: MessagePort): Promise<boolean> {
  try {
    const apps = await vault.apps()
    const { ancestorOrigins } = location as { readonly ancestorOrigins?: Iterable<string> }
    if (!isServed(apps, origin, ancestorOrigins)) throw refusal(origin, vault)
    await finishOnce(vault, origin)
    // Its questions are heard from now on.
    listen(vault, origin, port)
    port.postMessage({ kind: 'ready', sessions: await statesOf(vault) } satisfies VaultReady)
    return true
  } catch (error) {
    const { message } = toErrorData(error)
    console.error(message)
    // WebKit's store hangs now and then in a frame that is new: the page opens another one where none answers.
    if ((error as DOMException).name === 'TimeoutError') return false
    port.postMessage({ kind: 'refused', message } satisfies VaultReady)
    return false
  }
}

const refusal = (origin: string, { configuration }: Vault) => ({
  name: 'BearerWorkerError',
  code: 'configuration-invalid',
  message: `The vault serves no page of ${origin}: list it in "apps" of ${location.origin}${configuration}, exactly as it stands here, if it is an app of yours.`,
})

function listen(vault: Vault, app: string, port: MessagePort): void {
  const post = (message: VaultMessage) => port.postMessage(message)
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const id = idOf(data)
    if (id === undefined) return
    post({ kind: 'heard', id })
    const question = asQuestion(data)
    if (question?.name === 'ping') return
    void replyWith(answer(vault, app, question)).then((reply) => post({ kind: 'reply', id, reply }))
  }
}

/** Tells the apps when a user has signed in or out, in another app perhaps, or the server has ended a session. */
function tellChanges(vault: Vault, ports: ReadonlySet<MessagePort>): void {
  const told = new Map<string, string>()
  openNoticeChannel(vault.configuration, (notice) => {
    if (notice.kind !== 'changed') return
    void statesOf(vault).then((states) => {
      for (const state of states) {
        const text = `${state.state} ${state.epoch}`
        if (told.get(state.session) === text) continue
        told.set(state.session, text)
        for (const port of ports) port.postMessage({ kind: 'changed', ...state } satisfies VaultMessage)
      }
    })
  })
}

async function statesOf({ engine }: Vault): Promise<readonly VaultState[]> {
  return Promise.all(
    (await engine.sessions()).map(async ({ name, stored }) => {
      const { state, epoch } = await stored.reread()
      return { session: name, state, epoch }
    }),
  )
}
