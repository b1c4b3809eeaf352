/**
 * The README, step by step, with the package as it would be published: from nothing to the first request with a
 * token.
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PlaywrightTab } from '../engines/playwright-tab.ts'
import type { Site } from '../servers/site.ts'
import { expect, test as base } from './recipes.ts'

const ROOT = join(import.meta.dirname, '../..')

const test = base.extend<
  { app: string; visit: (folder: string) => Promise<PlaywrightTab['page']> },
  { tarball: string }
>({
  tarball: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'bearer-worker-pack-'))
      const [packed] = JSON.parse(
        await run(ROOT, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
      ) as [{ filename: string }]
      await use(join(folder, packed.filename))
      rmSync(folder, { recursive: true })
    },
    { scope: 'worker' },
  ],
  /** An empty folder, with the package installed. */
  app: async ({ tarball }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'bearer-worker-app-'))
    await run(folder, 'npm', 'init', '--yes')
    await run(
      folder,
      'npm',
      'install',
      '--offline',
      '--no-audit',
      '--no-fund',
      '--omit=peer',
      '--omit=optional',
      tarball,
    )
    await use(folder)
    rmSync(folder, { recursive: true })
  },
  /** Serves a folder, and nothing else, beside the API that the README supposes. */
  visit: async ({ browsing, engineName, site, table, tokens }, use, testInfo) => {
    testInfo.skip(engineName === 'webkit', 'written for the pages of Playwright; WebDriver has none')
    site.mounts.set('/api/', (request, response) => {
      const path = { '/api/login': '/login', '/api/token/refresh': '/refresh' }[request.url ?? '']
      if (path === undefined) return table.handle(request, response)
      request.url = path
      return tokens.handle(request, response)
    })
    await use(async (folder) => {
      serveOnly(site, folder)
      return ((await browsing.newTab(site.url('/'))) as PlaywrightTab).page
    })
  },
})

test('from a bare index.html: install, init, one tag', async ({ app, visit, site, table }) => {
  const command = join(app, 'node_modules/.bin/bearer-worker')
  cpSync(join(ROOT, 'examples/first-request'), join(app, 'public'), {
    recursive: true,
    filter: (file) => !file.endsWith('.json'),
  })
  expect(await run(app, command, 'init', 'public')).toContain('<script src="/bearer-worker.js"></script>')
  expect(await run(app, command, 'check', 'public/bearer-worker.json')).toContain('is right')
  const page = await visit(join(app, 'public'))
  expect(readdirSync(join(app, 'public'))).toEqual(
    expect.arrayContaining(['bearer-worker.js', 'bearer-worker.sw.js', 'bearer-worker.json']),
  )
  await expect(page.getByRole('status')).toHaveText('Bell Rock, Cordouan')
  expect(table.refused).toEqual([])
  expect(await page.evaluate(() => bearerWorker.ready)).toBe('worker')
  expect(await run(app, command, 'doctor', site.origin, '--json')).toContain('"ok": true')
})

test('from an empty Vite app: install, a plugin, a configuration', async ({ app, visit, table }) => {
  symlinkSync(join(ROOT, 'node_modules/vite'), join(app, 'node_modules/vite'))
  cpSync(join(ROOT, 'examples/first-request-vite'), app, { recursive: true })
  await run(app, process.execPath, join(ROOT, 'node_modules/vite/bin/vite.js'), 'build')
  const page = await visit(join(app, 'dist'))
  expect(readdirSync(join(app, 'dist'))).toEqual(
    expect.arrayContaining(['bearer-worker.js', 'bearer-worker.sw.js', 'bearer-worker.json']),
  )
  await expect(page.getByRole('status')).toHaveText('Bell Rock, Cordouan')
  expect(table.refused).toEqual([])
  expect(await page.evaluate(() => bearerWorker.ready)).toBe('worker')
})

async function run(cwd: string, program: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, words, { cwd })
  return stdout
}

/** The files of the folder stand before those of the build that a site of the tests has at hand. */
function serveOnly(site: Site, folder: string): void {
  site.configuration = undefined
  site.pages.clear()
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.\w+$/.test(name))) {
    site.pages.set(`/${name}`.replace(/index\.html$/, ''), readFileSync(join(folder, name), 'utf8'))
  }
}
