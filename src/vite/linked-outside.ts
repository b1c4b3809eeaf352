import { lstat, realpath } from 'node:fs/promises'
import { isFileLoadingAllowed, type ResolvedConfig } from 'vite'

/** A link in the project may lead to any file of this machine: the configuration is one that Vite may serve, or no link. */
export async function whyNotServed(path: string, vite: ResolvedConfig): Promise<string | undefined> {
  const link = await lstat(path).catch(() => undefined)
  if (!link?.isSymbolicLink()) return undefined
  const target = await realpath(path).catch(() => undefined)
  if (target === undefined) return `The configuration ${path} is a symbolic link to a file that is not there.`
  return isFileLoadingAllowed(vite, target.replaceAll('\\', '/'))
    ? undefined
    : `The configuration ${path} is a symbolic link to ${target}, outside of what Vite may serve: name that file itself, or add its folder to server.fs.allow.`
}
