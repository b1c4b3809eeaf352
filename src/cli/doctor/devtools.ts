import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

type Parameters = Readonly<Record<string, unknown>>
type Event = { readonly method: string; readonly params: Parameters }

/** A running browser, spoken to by the DevTools protocol. @see https://chromedevtools.github.io/devtools-protocol/ */
export interface Devtools {
  send(method: string, parameters?: Parameters, session?: string): Promise<Parameters>
  on(method: string, listener: (parameters: Parameters) => void): void
  close(): Promise<void>
}

const SWITCHES = [
  '--headless=new',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--mute-audio',
  '--password-store=basic',
  '--use-mock-keychain',
]

/** The protocol's messages end with this. */
const END = '\0'
/** A page may say a lot; we do not keep it. */
const LONGEST_MESSAGE = 8_000_000

/** Starts a browser with an empty profile, which is deleted afterwards. */
export async function startBrowser(executable: string): Promise<Devtools> {
  const profile = await mkdtemp(join(tmpdir(), 'bearer-worker-doctor-'))
  // Chromium does not start as root with its sandbox.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const child = spawn(executable, [...SWITCHES, ...sandbox, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const connection = connect(child, exited)
  return {
    ...connection,
    async close() {
      const asked = connection.send('Browser.close').catch(() => ({}))
      const timer = setTimeout(() => child.kill('SIGKILL'), 2000)
      await Promise.all([exited, Promise.race([asked, exited])])
      clearTimeout(timer)
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }).catch(() => {})
    },
  }
}

function connect(child: ChildProcess, exited: Promise<void>): Omit<Devtools, 'close'> {
  const [, , , to, from] = child.stdio as unknown as [null, null, null, Writable, Readable]
  const calls = new Map<number, { resolve: (result: Parameters) => void; reject: (error: Error) => void }>()
  const listeners: { method: string; listener: (parameters: Parameters) => void }[] = []
  let isGone = false
  let id = 0
  to.on('error', () => {})
  from.on('error', () => {})
  onMessage(from, (message) => {
    const call = calls.get(message.id ?? 0)
    calls.delete(message.id ?? 0)
    if (message.error) call?.reject(new Error(message.error.message))
    else call?.resolve(message.result ?? {})
    for (const { method, listener } of listeners) if (method === message.method) listener(message.params ?? {})
  })
  void exited.then(() => {
    isGone = true
    for (const { reject } of calls.values()) reject(new Error('the browser ended'))
  })
  return {
    on: (method, listener) => void listeners.push({ method, listener }),
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        if (isGone) return reject(new Error('the browser ended'))
        calls.set(++id, { resolve, reject })
        to.write(JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) }) + END)
      }),
  }
}

type Message = Partial<Event> & {
  readonly id?: number
  readonly result?: Parameters
  readonly error?: { readonly message: string }
}

function onMessage(from: Readable, listener: (message: Message) => void): void {
  let rest = ''
  from.setEncoding('utf8')
  from.on('data', (chunk: string) => {
    const parts = (rest + chunk).split(END)
    rest = parts.pop()!
    if (rest.length > LONGEST_MESSAGE) rest = ''
    for (const part of parts) {
      try {
        listener(JSON.parse(part) as Message)
      } catch {
        // A message that was too long, and is not missed.
      }
    }
  })
}
