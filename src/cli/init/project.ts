import { readdir, readFile } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'

/** What a folder is the root of, as far as its package.json tells. */
export interface Project {
  readonly name: string
  /** Served as it is. */
  readonly folder: string
  /** Whether the plugin `bearer-worker/vite` puts the script tag into its pages. */
  readonly usesPlugin: boolean
}

/** The first that a project depends on: frameworks before the tools that they are built of. */
const KNOWN: readonly (readonly [dependency: string, name: string, folder: string])[] = [
  ['next', 'Next.js', 'public'],
  ['@angular/core', 'Angular', 'public'],
  ['@sveltejs/kit', 'SvelteKit', 'static'],
  ['nuxt', 'Nuxt', 'public'],
  ['astro', 'Astro', 'public'],
  ['@react-router/dev', 'React Router', 'public'],
  ['@remix-run/dev', 'Remix', 'public'],
  ['@tanstack/react-start', 'TanStack Start', 'public'],
  ['@solidjs/start', 'SolidStart', 'public'],
  ['gatsby', 'Gatsby', 'static'],
  ['@docusaurus/core', 'Docusaurus', 'static'],
  ['@vue/cli-service', 'Vue CLI', 'public'],
  ['react-scripts', 'Create React App', 'public'],
  ['vite', 'Vite', 'public'],
]

/** Folders that many servers serve, when no framework says. */
const USUAL = ['public', 'static', 'www', 'htdocs', 'wwwroot', 'web', 'dist']

/** Looks at a project's dependencies. */
export async function projectIn(root: string): Promise<Project | undefined> {
  const dependencies = await dependenciesOf(root)
  const known = KNOWN.find(([dependency]) => dependencies.has(dependency))
  if (!known) return undefined
  const [dependency, name, folder] = known
  return { name, folder, usesPlugin: dependency === 'vite' }
}

/** A folder of a site without a framework. */
export async function usualFolderIn(root: string): Promise<string | undefined> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => [])
  const names = new Set(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name))
  const folder = USUAL.find((name) => names.has(name))
  return folder ?? (entries.some(({ name }) => name === 'index.html') ? '.' : undefined)
}

async function dependenciesOf(root: string): Promise<ReadonlySet<string>> {
  try {
    const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    return new Set([...Object.keys(dependencies ?? {}), ...Object.keys(devDependencies ?? {})])
  } catch {
    return new Set()
  }
}

/** Path at which a site serves a folder below its root, as `/tokens/`; undefined for the root itself and what is elsewhere. */
export function pathBelow(root: string, folder: string): string | undefined {
  const path = relative(root, folder).replaceAll('\\', '/')
  return path === '' || path === '..' || path.startsWith('../') || isAbsolute(path) ? undefined : `/${path}/`
}
