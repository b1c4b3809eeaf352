import { lstat, readlink, stat } from 'node:fs/promises'
import { sep } from 'node:path'
import { UsageError } from '../exit.ts'
import { fileError } from '../file-error.ts'

/** Says in one sentence why a folder cannot be written into; returns whether it is there already. */
export async function checkFolder(folder: string): Promise<boolean> {
  if (folder.trim() === '')
    throw new UsageError('Name the folder that your site serves, as in: npx bearer-worker init public')
  if (sep === '/' && /^[a-z]:[\\/]|\\/i.test(folder)) throw new UsageError(windowsPath(folder))
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(folder)) throw new UsageError(`${folder} is a URL: name a folder on this machine.`)
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw fileError(error, folder)
  })
  if (found?.isDirectory()) return true
  if (found) throw new UsageError(`${folder} is a file: name the folder that it is in.`)
  const link = await lstat(folder).catch(() => undefined)
  if (link?.isSymbolicLink())
    throw new UsageError(
      `${folder} is a symbolic link to ${await readlink(folder)}, which is not there: make that folder, or remove the link.`,
    )
  return false
}

function windowsPath(folder: string): string {
  const [, drive] = /^([a-z]):[\\/]/i.exec(folder) ?? []
  const path = folder.replaceAll('\\', '/')
  return drive === undefined
    ? `${folder} is a path of Windows: here folders are parted by slashes. Write ${path}.`
    : `${folder} is a path of Windows, and here is no drive ${drive.toUpperCase()}: write the path as this system has it (in WSL /mnt/${drive.toLowerCase()}${path.slice(2)}).`
}
