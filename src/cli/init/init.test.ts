import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { check } from './check.ts'
import { init } from './init.ts'

const FILES = ['bearer-worker.js', 'bearer-worker.json', 'bearer-worker.schema.json', 'bearer-worker.sw.js']

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
  const { mkdir } = await import('node:fs/promises')
  await mkdir(from, { recursive: true })
  for (const file of [
    'bearer-worker.js',
    'bearer-worker.sw.js',
    'bearer-worker.core.sw.js',
    'bearer-worker.schema.json',
  ])
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
      await readFile(join(import.meta.dirname, '../../examples/first-request/bearer-worker.json'), 'utf8'),
    )
    expect(check(await read('bearer-worker.json'), 'bearer-worker.json').kind).toBe('good')
  })

  test('overwrites nothing', async () => {
    await writeFile(join(folder, 'bearer-worker.json'), 'mine')
    expect(await init({ from: await built('2'), folder })).toEqual({
      kind: 'exists',
      files: ['bearer-worker.js', 'bearer-worker.sw.js', 'bearer-worker.schema.json', 'bearer-worker.json'],
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

  test('--core takes the smaller worker, and an update stays with it', async () => {
    const small = join(root, 'small')
    expect(await init({ from, folder: small, core: true })).toMatchObject({
      scriptTag: '<script src="/bearer-worker.js" data-worker="/bearer-worker.core.sw.js"></script>',
    })
    expect(await readdir(small)).toEqual([
      'bearer-worker.core.sw.js',
      'bearer-worker.js',
      'bearer-worker.json',
      'bearer-worker.schema.json',
    ])
    expect(await init({ from: await built('2'), folder: small, update: true })).toMatchObject({
      kind: 'done',
      written: expect.arrayContaining(['bearer-worker.core.sw.js']) as unknown,
    })
    expect(await readdir(small)).not.toContain('bearer-worker.sw.js')
  })

  test('--force overwrites the configuration too', async () => {
    await writeFile(join(folder, 'bearer-worker.json'), 'mine')
    expect(await init({ from, folder, force: true })).toMatchObject({ kind: 'done', written: ['bearer-worker.json'] })
    expect(await read('bearer-worker.json')).not.toBe('mine')
  })
})
