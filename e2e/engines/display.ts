import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

export interface Display {
  readonly name: string
  close(): void
}

/** The existing display, or a virtual one with a free number. */
export async function openDisplay(): Promise<Display> {
  const present = process.env.DISPLAY
  if (present) return { name: present, close() {} }
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const number = await new Promise<string>((resolve, reject) => {
    const tellsNumber = server.stdio[3] as Readable
    tellsNumber.once('data', (data: Buffer) => resolve(String(data).trim()))
    server.once('error', reject)
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}.`)))
  })
  return { name: `:${number}`, close: () => server.kill() }
}
