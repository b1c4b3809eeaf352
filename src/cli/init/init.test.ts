import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { check } from '../check.ts'
import { init } from './init.ts'
import { pathBelow, projectIn, usualFolderIn } from './project.ts'

const BUILT = [
  'bearer-worker.js',
  'bearer-worker.sw.js',
  'bearer-worker.schema.json',
  'bearer-worker.page.js',
  'bearer-worker.oauth.js',
]
const FILES = [...BUILT, 'bearer-worker.json'].toSorted()

let root: string
let from: string
let folder: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bearer-worker-'))
  from = join(root, 'dist')
  folder = join(root, 'app', 'public')
  await init({ from: await built('1'), folder })
})
afterEach(() => rm(root, { recursive: true }))

/** What the build makes, of some version. */
async function built(version: string): Promise<string> {
  await mkdir(from, { recursive: true })
  for (const file of [...BUILT, 'bearer-worker.inspector.js', 'index.js'])
    await writeFile(join(from, file), `${file} ${version}`)
  return from
}

const read = (file: string) => readFile(join(folder, file), 'utf8')

describe('init', () => {
  test('makes the folder, with everything that a site needs', async () => {
    expect(await readdir(folder)).toEqual(FILES)
  })

  test('the starting configuration is right, and the one of the README', async () => {
    expect(await read('bearer-worker.json')).toBe(
      await readFile(join(import.meta.dirname, '../../../examples/first-request/bearer-worker.json'), 'utf8'),
    )
    expect(check(await read('bearer-worker.json'), 'bearer-worker.json').kind).toBe('good')
  })

  test('overwrites nothing', async () => {
    await writeFile(join(folder, 'bearer-worker.json'), 'mine')
    expect(await init({ from: await built('2'), folder })).toEqual({
      kind: 'exists',
      files: [...BUILT, 'bearer-worker.json'],
    })
    expect(await read('bearer-worker.json')).toBe('mine')
    expect(await read('bearer-worker.js')).toBe('bearer-worker.js 1')
  })

  test('--update takes the new scripts and keeps the configuration', async () => {
    await writeFile(join(folder, 'bearer-worker.json'), 'mine')
    expect(await init({ from: await built('2'), folder, update: true })).toMatchObject({
      kind: 'done',
      kept: ['bearer-worker.json'],
    })
    expect(await read('bearer-worker.json')).toBe('mine')
    expect(await read('bearer-worker.sw.js')).toBe('bearer-worker.sw.js 2')
  })

  test('leaves out what the configuration does not need, and keeps what is there', async () => {
    await rm(join(folder, 'bearer-worker.oauth.js'))
    expect(await init({ from: await built('2'), folder, update: true })).toMatchObject({
      leftOut: ['bearer-worker.oauth.js'],
    })
    expect(await readdir(folder)).not.toContain('bearer-worker.oauth.js')
    await writeFile(join(folder, 'bearer-worker.json'), '{"sessions":{"main":{"authorizationServer":{}}}}')
    expect(await init({ from, folder, update: true })).toMatchObject({
      leftOut: [],
      written: ['bearer-worker.oauth.js'],
    })
  })

  test('names what is left of an older version', async () => {
    await writeFile(join(folder, 'bearer-worker.core.sw.js'), 'old')
    expect(await init({ from, folder, update: true })).toMatchObject({ obsolete: ['bearer-worker.core.sw.js'] })
  })

  test('an incomplete package is named', async () => {
    await rm(join(from, 'bearer-worker.sw.js'))
    await expect(init({ from, folder: join(root, 'other') })).rejects.toThrow(/bearer-worker\.sw\.js is missing/)
    await expect(readdir(join(root, 'other'))).rejects.toThrow()
  })

  test('--force overwrites the configuration too', async () => {
    await writeFile(join(folder, 'bearer-worker.json'), 'mine')
    expect(await init({ from, folder, force: true })).toMatchObject({ kind: 'done', written: ['bearer-worker.json'] })
    expect(await read('bearer-worker.json')).not.toBe('mine')
  })
})

/** Every file that is written, as every kind of link. */
const links: readonly (readonly [what: string, target: (root: string) => string])[] = [
  ['a dangling link', (root) => join(root, 'nowhere.js')],
  ['a link to a file outside', (root) => join(root, 'outside.js')],
  ['a link to a folder', (root) => root],
  ['a circle', () => 'bearer-worker.js'],
]

describe('writes through no link', () => {
  for (const file of [...BUILT, 'bearer-worker.json'])
    for (const [what, target] of links)
      test.each([{}, { force: true }, { update: true }])(`${file} is ${what}: %o`, async (flags) => {
        await writeFile(join(root, 'outside.js'), 'mine')
        const site = join(root, 'site')
        await mkdir(site)
        await symlink(target(root), join(site, file))
        await expect(init({ from, folder: site, ...flags })).rejects.toThrow(
          /is a symbolic link to .*init writes through no link/,
        )
        expect(await readdir(site)).toEqual([file])
        expect(await readFile(join(root, 'outside.js'), 'utf8')).toBe('mine')
        expect(await readdir(root)).not.toContain('nowhere.js')
      })

  test('the folder is a dangling link', async () => {
    await symlink(join(root, 'nowhere'), join(root, 'site'))
    await expect(init({ from, folder: join(root, 'site') })).rejects.toThrow(
      /is a symbolic link to .*which is not there/,
    )
    expect(await readdir(root)).not.toContain('nowhere')
  })
})

describe('a folder that cannot be one, in a sentence', () => {
  test.each([
    ['a file', 'app/public/bearer-worker.js', /is a file: name the folder/],
    ['below a file', 'app/public/bearer-worker.js/x', /is a file, not a folder/],
    ['nothing', '', /Name the folder/],
  ])('%s', async (_, path, message) => {
    await expect(init({ from, folder: path && join(root, path) })).rejects.toThrow(message)
  })

  test.each([
    ['C:\\site\\public', /is a path of Windows.*drive C/],
    ['D:/site', /is a path of Windows.*\/mnt\/d\/site/],
    ['public\\assets', /Write public\/assets/],
    ['https://example.com/', /is a URL/],
    ['a\0b', /null character/],
  ])('%j', async (folder, message) => {
    await expect(init({ from, folder })).rejects.toThrow(message)
  })

  test('a file that is a folder', async () => {
    await mkdir(join(root, 'site', 'bearer-worker.js'), { recursive: true })
    await expect(init({ from, folder: join(root, 'site'), force: true })).rejects.toThrow(/is a folder, not a file/)
  })
})

describe('the folder of a project', () => {
  test.each([
    ['next', 'Next.js', 'public', false],
    ['@angular/core', 'Angular', 'public', false],
    ['@sveltejs/kit', 'SvelteKit', 'static', false],
    ['nuxt', 'Nuxt', 'public', false],
    ['astro', 'Astro', 'public', false],
    ['vite', 'Vite', 'public', true],
  ])('%s', async (dependency, name, served, usesPlugin) => {
    // SvelteKit and others are built of Vite.
    await writeFile(join(root, 'package.json'), JSON.stringify({ devDependencies: { vite: '8', [dependency]: '1' } }))
    expect(await projectIn(root)).toEqual({ name, folder: served, usesPlugin })
  })

  test.each(['', '[]', 'null', '{"dependencies":5}', '{"dependencies":{}}'])(
    'a package.json that says nothing: %j',
    async (content) => {
      await writeFile(join(root, 'package.json'), content)
      expect(await projectIn(root)).toBeUndefined()
    },
  )

  test('without a framework', async () => {
    expect(await usualFolderIn(root)).toBe('dist')
    expect(await usualFolderIn(join(root, 'app'))).toBe('public')
    expect(await usualFolderIn(join(root, 'no'))).toBeUndefined()
  })
})

test.each([
  ['public', 'public', undefined],
  ['public', './public/', undefined],
  ['public', 'public/tokens', '/tokens/'],
  ['public', 'public/a/b/', '/a/b/'],
  ['public', 'publican', undefined],
  ['public', '.', undefined],
  ['public', '/elsewhere', undefined],
  ['public', 'public/..b', '/..b/'],
])('of the root %s, the folder %s is served at %s', (served, into, path) => {
  expect(pathBelow(served, into)).toBe(path)
})
