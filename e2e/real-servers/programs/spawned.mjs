/** What programs need that start a server as a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A port that is free now. */
export async function freePort() {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  server.close()
  return port
}

/** A folder for what a server writes. @param {string} name */
export const newFolder = (name) => mkdtempSync(join(tmpdir(), `${name}-`))

/**
 * Starts a command, and ends it with this program. Resolves once its output says that it is ready.
 * @param {readonly string[]} command
 * @param {{ cwd: string, env?: Record<string, string>, ready: RegExp }} options
 */
export async function startCommand([program = '', ...options], { cwd, env = {}, ready }) {
  const child = spawn(program, options, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  process.on('exit', () => child.kill())
  process.on('SIGTERM', () => process.exit())
  let output = ''
  await new Promise((resolve, reject) => {
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk
      if (ready.test(output)) resolve(undefined)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('exit', () => reject(new Error(`${program} ended before it was ready:\n${output.slice(-4000)}`)))
  })
}

/** Runs a command to its end. @param {readonly string[]} command @param {{ cwd: string, env?: Record<string, string> }} options */
export async function runCommand([program = '', ...options], { cwd, env = {} }) {
  const child = spawn(program, options, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${program} ${options.join(' ')} ended with ${code}.`)
}
