import { randomBytes } from 'node:crypto'
import { lstat, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../exit.ts'
import { fileError } from '../file-error.ts'

/** What is at a path now: nothing, or the bytes of a file. Anything else is refused: nothing is ever written through a link. */
export async function fileAt(path: string): Promise<Buffer | undefined> {
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw fileError(error, path)
  })
  if (!found) return undefined
  if (found.isSymbolicLink())
    throw new UsageError(
      `${path} is a symbolic link to ${await readlink(path)}: init writes through no link. Remove it, and call init again.`,
    )
  if (!found.isFile())
    throw new UsageError(
      `${path} is a ${found.isDirectory() ? 'folder' : 'special file'}, not a file: move it away, and call init again.`,
    )
  return readFile(path).catch((error: unknown) => {
    throw fileError(error, path)
  })
}

/** Writes all files or none: each under another name first, then each is moved to its place, which replaces a link and never follows one. */
export async function writeFiles(folder: string, files: ReadonlyMap<string, string | Uint8Array>): Promise<void> {
  const suffix = `.${randomBytes(6).toString('hex')}.new`
  const staged: string[] = []
  try {
    for (const [name, content] of files) {
      const path = join(folder, `.${name}${suffix}`)
      staged.push(path)
      await writeFile(path, content, { flag: 'wx' })
    }
    for (const name of files.keys()) await rename(join(folder, `.${name}${suffix}`), join(folder, name))
  } catch (error) {
    throw fileError(error, folder)
  } finally {
    for (const path of staged) await rm(path, { force: true })
  }
}
