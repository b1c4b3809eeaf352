/** Chromium over its debugging pipe, with no domain enabled that would slow down what is measured. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { CDPSession } from '@playwright/test'

const ARGUMENTS = [
  '--headless',
  '--remote-debugging-pipe',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-sync',
  '--mute-audio',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-breakpad',
  // Five tabs at once: none of them is in the background.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--host-resolver-rules=MAP *.localhost 127.0.0.1',
]

/** A command of the Chrome DevTools Protocol, with its parameters and result typed by its name. */
export type Send = CDPSession['send']

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly sessionId?: string
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** Times in µs. @see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
export interface TraceEvent {
  readonly name: string
  /** How long it took, and how long its thread ran meanwhile. */
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly data?: { readonly url?: string; readonly consumedCacheSize?: number } }
}

export class Chromium {
  #last = 0
  #workers: Send | undefined
  readonly #running = new Set<string>()
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  readonly #listeners = new Set<(message: Message) => void>()
  readonly #process: ChildProcess
  readonly #profile: string

  constructor(executable: string) {
    this.#profile = mkdtempSync(join(tmpdir(), 'bearer-worker-bench-'))
    const rights = process.getuid?.() === 0 ? ['--no-sandbox'] : [] // its sandbox refuses to run as root
    this.#process = spawn(executable, [...rights, ...ARGUMENTS, `--user-data-dir=${this.#profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    })
    this.#process.once('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('Chromium is gone.'))
    })
    let rest = ''
    const output = this.#process.stdio[4] as Readable
    output.setEncoding('utf8').on('data', (text: string) => {
      const messages = (rest + text).split('\0')
      rest = messages.pop()!
      for (const message of messages) this.#take(JSON.parse(message) as Message)
    })
  }

  /** To the browser itself. */
  readonly send: Send = this.#sendTo()

  #sendTo(sessionId?: string): Send {
    const send = (method: string, params: object = {}) =>
      new Promise<unknown>((resolve, reject) => {
        const id = ++this.#last
        this.#waiting.set(id, { resolve, reject: (error) => reject(new Error(`${method}: ${error.message}`)) })
        const input = this.#process.stdio[3] as Writable
        input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
      })
    return send as Send
  }

  async version(): Promise<string> {
    return (await this.send('Browser.getVersion')).product.replace(/^.*\//, '')
  }

  async open(url: string): Promise<string> {
    return (await this.send('Target.createTarget', { url })).targetId
  }

  async closeTab(targetId: string): Promise<void> {
    await this.send('Target.closeTarget', { targetId })
  }

  /** Stops every worker, as the browser does with an idle one, and waits until all have stopped. */
  async stopWorkers(): Promise<void> {
    const send = (this.#workers ??= await this.#watchWorkers())
    const stopped = new Promise<void>((resolve) => {
      const look = () => {
        if (this.#running.size > 0) return
        this.#listeners.delete(look)
        resolve()
      }
      this.#listeners.add(look)
    })
    await send('ServiceWorker.stopAllWorkers')
    await stopped // the answer itself is a message, too
  }

  /** What the browser notes of these categories while the work is done. */
  async trace(categories: string[], work: () => Promise<unknown>): Promise<readonly TraceEvent[]> {
    const events: TraceEvent[] = []
    let listener!: (message: Message) => void
    const completed = new Promise<void>((resolve) => {
      listener = ({ method, params }) => {
        if (method === 'Tracing.dataCollected') events.push(...(params!['value'] as readonly TraceEvent[]))
        if (method === 'Tracing.tracingComplete') resolve()
      }
    })
    this.#listeners.add(listener)
    await this.send('Tracing.start', {
      transferMode: 'ReportEvents',
      traceConfig: { includedCategories: categories, excludedCategories: ['*'] },
    })
    await work()
    await this.send('Tracing.end')
    await completed
    this.#listeners.delete(listener)
    return events
  }

  /** Runs work attached to the worker of an origin, which does not stop meanwhile. */
  async inWorker<T>(origin: string, work: (send: Send) => Promise<T>): Promise<T> {
    const { targetInfos } = await this.send('Target.getTargets')
    const worker = targetInfos.find(({ type, url }) => type === 'service_worker' && url.startsWith(origin))
    if (!worker) throw new Error(`No worker runs at ${origin}.`)
    const { sessionId } = await this.send('Target.attachToTarget', { targetId: worker.targetId, flatten: true })
    try {
      return await work(this.#sendTo(sessionId))
    } finally {
      await this.send('Target.detachFromTarget', { sessionId })
    }
  }

  /** ms of processor time that the threads of running workers have had; undefined where the system does not say. */
  async workerThreads(): Promise<number | undefined> {
    try {
      const { processInfo } = await this.send('SystemInfo.getProcessInfo')
      const threads = processInfo
        .filter(({ type }) => type === 'renderer')
        .flatMap(({ id }) => readdirSync(`/proc/${id}/task`).map((thread) => `/proc/${id}/task/${thread}`))
      const times = threads
        .filter((thread) => readFileSync(`${thread}/comm`, 'utf8').startsWith('ServiceWorker'))
        .map((thread) => Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
      return times.length > 0 ? times.reduce((sum, time) => sum + time, 0) : undefined
    } catch {
      return undefined
    }
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve))
    await this.send('Browser.close').catch(() => {})
    const killer = setTimeout(() => this.#process.kill('SIGKILL'), 5_000)
    await gone
    clearTimeout(killer)
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }

  async #watchWorkers(): Promise<Send> {
    this.#listeners.add(({ method, params }) => {
      if (method !== 'ServiceWorker.workerVersionUpdated') return
      for (const { versionId, runningStatus } of params!['versions'] as {
        versionId: string
        runningStatus: string
      }[]) {
        if (runningStatus === 'stopped') this.#running.delete(versionId)
        else this.#running.add(versionId)
      }
    })
    const { sessionId } = await this.send('Target.attachToTarget', {
      targetId: await this.open('about:blank'),
      flatten: true,
    })
    const send = this.#sendTo(sessionId)
    await send('ServiceWorker.enable')
    return send
  }

  #take(message: Message): void {
    const { id, error, result } = message
    const waiting = id === undefined ? undefined : this.#waiting.get(id)
    if (waiting) {
      this.#waiting.delete(id!)
      if (error) waiting.reject(new Error(error.message))
      else waiting.resolve(result)
    }
    for (const listener of this.#listeners) listener(message)
  }
}
