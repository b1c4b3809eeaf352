import { open, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UsageError } from './exit.ts'
import { fileError } from './file-error.ts'
import { nearest } from './nearest.ts'

/** Far larger than any configuration; a device or a pipe without an end is not read to it. */
const MOST_BYTES = 1_048_576

/** Reads a configuration file, or says in one sentence why not. */
export async function readConfigurationBytes(path: string): Promise<Uint8Array> {
  if (/^https?:\/\//i.test(path))
    throw new UsageError(`${path} is a URL, not a file. For a running site: npx bearer-worker doctor ${path}`)
  try {
    return await readBounded(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new UsageError(`There is no file ${path}.${await suggestionFor(path)}`)
    if (code === 'EISDIR')
      throw new UsageError(`${path} is a folder: name the file in it, ${join(path, 'bearer-worker.json')}.`)
    throw fileError(error, path)
  }
}

async function readBounded(path: string): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const chunks: Uint8Array[] = []
    let size = 0
    for (;;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(65_536), 0, 65_536, null)
      if (bytesRead === 0) return Buffer.concat(chunks)
      size += bytesRead
      if (size > MOST_BYTES) throw new UsageError(`${path} is larger than 1 MiB: that is no configuration.`)
      chunks.push(buffer.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

async function suggestionFor(path: string): Promise<string> {
  const names = await readdir(dirname(path)).catch(() => [])
  const close = nearest(
    basename(path),
    names.filter((name) => name.endsWith('.json')),
  )
  return close === undefined
    ? ' npx bearer-worker init <folder> writes one to start from.'
    : ` Did you mean ${join(dirname(path), close)}?`
}
