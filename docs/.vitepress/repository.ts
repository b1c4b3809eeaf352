/** The address of the repository, from `package.json`: the one place to fill in. Edit links and links to files outside `docs/` start with it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
  readonly repository: { readonly url: string }
}

export const REPOSITORY = manifest.repository.url.replace(/^git\+|\.git$/g, '')

export const BRANCH = 'main'
