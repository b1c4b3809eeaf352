import { UsageError } from './exit.ts'

/** What the system says when it refuses a file, as a sentence. @see https://nodejs.org/api/errors.html#common-system-errors */
const SENTENCES: Readonly<Record<string, (path: string) => string>> = {
  ENOENT: (path) => `There is no ${path}, and it cannot be made.`,
  EACCES: (path) => `You are not allowed to use ${path}: change its permissions, or name another.`,
  EPERM: (path) => `You are not allowed to change ${path}: change its permissions, or name another.`,
  EISDIR: (path) => `${path} is a folder, not a file.`,
  ENOTDIR: (path) => `A part of the path ${path} is a file, not a folder.`,
  EEXIST: (path) => `${path} is there already, and is not what it should be.`,
  ELOOP: (path) => `The symbolic links of ${path} lead in a circle.`,
  ENAMETOOLONG: () => 'The path is longer than this system allows.',
  EROFS: (path) => `${path} is on a read-only file system.`,
  ENOSPC: (path) => `There is no space left on the disk of ${path}.`,
  EDQUOT: (path) => `Your quota on the disk of ${path} is used up.`,
  EMFILE: () => 'Too many files are open: close other programs and try again.',
  ERR_INVALID_ARG_VALUE: () => 'A path cannot contain a null character.',
}

/** A file that cannot be used, told in one sentence; anything that is no refusal of the system stays as it is. */
export function fileError(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof UsageError || code === undefined) return error
  return new UsageError(SENTENCES[code]?.(path) ?? `${path} cannot be used: ${message}`)
}
