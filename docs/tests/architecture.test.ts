/** docs/architecture.md: its arrows are the imports between the rooms, its files exist, and no two files import each other. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const SOURCE = join(import.meta.dirname, '../../src')
const text = readFileSync(join(import.meta.dirname, '../architecture.md'), 'utf8')
/** The rooms of the picture: what is shipped to browsers, without the inspector. */
const ROOMS = ['worker', 'page', 'page-part', 'oauth', 'vault', 'engine', 'io', 'policy']

const [, diagram = ''] = /```mermaid\n([^]*?)```/.exec(text) ?? []
const arrows = [...diagram.matchAll(/^ *([\w-]+)(?:\[.*?\])? --> ([\w-]+)/gm)].map(([, from, to]) => `${from} → ${to}`)

/** Modules that a file imports, by their path in src; with types where `types` says so. */
function importsOf(file: string, { types }: { readonly types: boolean }): readonly string[] {
  const code = readFileSync(join(SOURCE, file), 'utf8')
  return [...code.matchAll(/^(?:import|export)\b(\s+type\b)?[^'"]*?\bfrom\s*['"](\.[^'"]+)['"]/gm)]
    .filter(([, type]) => types || type === undefined)
    .map(([, , path]) => relative(SOURCE, join(SOURCE, dirname(file), path!)))
}

const filesOf = (room: string): readonly string[] =>
  readdirSync(join(SOURCE, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|d)\.ts$/.test(name))
    .map((name) => join(room, name))

test('each arrow of the picture is an import, and each import between the rooms is an arrow', () => {
  const found = ROOMS.flatMap((room) =>
    filesOf(room)
      .flatMap((file) => importsOf(file, { types: false }))
      .map((file) => file.split('/')[0]!)
      .filter((to) => to !== room && ROOMS.includes(to))
      .map((to) => `${room} → ${to}`),
  )
  expect(arrows.toSorted()).toEqual([...new Set(found)].toSorted())
})

test('every file that the page names exists', () => {
  const named = [...text.matchAll(/`((?:policy|io|engine|oauth|worker|page|page-part)\/[\w./-]+\.ts)`/g)].map(
    ([, file]) => file!,
  )
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter((file) => !existsSync(join(SOURCE, file)))).toEqual([])
})

test('no file of src imports one that imports it, types included', () => {
  const rooms = readdirSync(SOURCE, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const files = rooms.flatMap(({ name }) => filesOf(name))
  const graph = new Map(
    files.map((file) => [file, importsOf(file, { types: true }).filter((each) => files.includes(each))]),
  )
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    (graph.get(from) ?? []).some((next) => {
      if (next === to) return true
      if (seen.has(next)) return false
      seen.add(next)
      return reaches(next, to, seen)
    })
  expect(files.filter((file) => reaches(file, file))).toEqual([])
})

test('the engine knows no global of a realm: they are in io/', () => {
  const globals =
    /(?<![\w.#'"`])(BroadcastChannel|Date\.now|Math\.random|console|setTimeout|indexedDB|navigator|self|window|document|location)\b(?!['"`:])/
  const found = filesOf('engine').filter((file) => {
    const code = readFileSync(join(SOURCE, file), 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$|^import .*$/gm, '')
    return globals.test(code)
  })
  expect(found).toEqual([])
})
