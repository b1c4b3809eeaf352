import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * One WebDriver session: a process of WebKitWebDriver holds no more than that.
 * @see https://www.w3.org/TR/webdriver2/
 */
export class WebDriver {
  readonly process: ChildProcess
  readonly #endpoint: string
  #session = ''

  private constructor(driver: ChildProcess, port: number) {
    this.process = driver
    this.#endpoint = `http://127.0.0.1:${port}`
  }

  static async start(executable: string, display: string): Promise<WebDriver> {
    const port = await freePort()
    const environment = {
      ...process.env,
      DISPLAY: display,
      GDK_BACKEND: 'x11',
      LIBGL_ALWAYS_SOFTWARE: '1',
      NO_AT_BRIDGE: '1',
    }
    const driver = new WebDriver(
      spawn(executable, [`--port=${port}`, '--host=127.0.0.1'], { stdio: 'ignore', env: environment }),
      port,
    )
    try {
      await driver.#listening()
      return driver
    } catch (error) {
      driver.stop()
      throw error
    }
  }

  /** Starts the browser. With a wrong option it exits and the driver waits for ever, hence the limit. */
  async open(capabilities: object): Promise<{ readonly browserVersion: string }> {
    const created = (await this.#send('POST', '/session', { capabilities: { alwaysMatch: capabilities } }, 15_000)) as {
      sessionId: string
      capabilities: { browserVersion: string }
    }
    this.#session = `/session/${created.sessionId}`
    return created.capabilities
  }

  get<Value>(path: string): Promise<Value> {
    return this.#send('GET', this.#session + path) as Promise<Value>
  }

  post<Value>(path: string, parameters: object = {}): Promise<Value> {
    return this.#send('POST', this.#session + path, parameters) as Promise<Value>
  }

  delete(path: string): Promise<unknown> {
    return this.#send('DELETE', this.#session + path)
  }

  stop(): void {
    this.process.kill()
  }

  async #send(method: string, path: string, body?: object, limit = 60_000): Promise<unknown> {
    const response = await fetch(this.#endpoint + path, {
      method,
      signal: AbortSignal.timeout(limit),
      ...(body && { body: JSON.stringify(body) }),
    })
    const { value } = (await response.json()) as { value: unknown }
    const failure = value as { error?: string; message?: string } | null
    if (!response.ok) throw new Error(`WebDriver: ${failure?.error}: ${failure?.message}`)
    return value
  }

  async #listening(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#send('GET', '/status')
        return
      } catch (error) {
        if (attempt === 200) throw error
        await delay(50)
      }
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
