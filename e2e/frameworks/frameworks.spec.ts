/** The programs of `examples/frameworks`, as their users see them. `docs/frameworks.md` has the last result. */
import type { Page } from '@playwright/test'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { answerText } from '../../src/testing/servers/answers.ts'
import type { Handler } from '../../src/testing/servers/listener.ts'
import { PASSWORD, type TokenServer } from '../../src/testing/servers/token-server.ts'
import type { PlaywrightTab } from '../engines/playwright-tab.ts'
import { expect, test } from '../fixtures.ts'
import { Table } from '../recipes/table.ts'
import { FOLDER, nodeVersion, run, versionOf } from './commands.ts'
import { type Program, PROGRAMS } from './programs.ts'
import { hasNginx, nginxVersion, serve } from './serve.ts'

const ROOT = join(import.meta.dirname, '../..')
const NAMES = ['Bell Rock', 'Cordouan']

/** The package as it is published, where the programs find it. */
test.beforeAll(() => {
  const installed = join(FOLDER, 'node_modules/bearer-worker')
  rmSync(installed, { recursive: true, force: true })
  for (const name of ['dist', 'package.json']) cpSync(join(ROOT, name), join(installed, name), { recursive: true })
})

for (const program of PROGRAMS) {
  test(`${program.name}, ${program.mode}`, async ({ browsing, tokens }, testInfo) => {
    test.skip(program.packages.includes('nginx') && !hasNginx(), 'there is no nginx here')
    const note = (type: string, description: string) => testInfo.annotations.push({ type, description })
    for (const name of program.packages)
      note('package', `${name} ${name === 'nginx' ? nginxVersion() : versionOf(name)}`)
    note('program', program.name)
    note('mode', program.mode)
    note('node', nodeVersion())
    const begun = Date.now()
    if (program.init)
      run({ in: '.', words: ['node', 'node_modules/bearer-worker/dist/cli.js', 'init', program.init, '--update'] })
    if (program.build) run(program.build)
    const table = new Table(tokens.issuer)
    const site = await serve(program, apiOf(program, table, tokens))
    note('seconds', String(Math.round((Date.now() - begun) / 1000)))
    try {
      const { page } = (await browsing.newTab('about:blank')) as PlaywrightTab
      page.on('pageerror', (error) => console.error(`${program.name}:`, error.message))
      await actAsUser(page, { program, origin: site.origin, table, tokens, shown: (step) => note('shown', step) })
    } finally {
      await site.stop()
    }
  })
}

/** Rows and pictures, a fragment of HTML for Turbo, and the sign-in. */
function apiOf({ api = '/' }: Program, table: Table, tokens: TokenServer): ReadonlyMap<string, Handler> {
  const rows: Handler = (request, response) => {
    const [, token = ''] = request.headers.authorization?.split(' ') ?? []
    if (!tokens.issuer.accepts(token)) return table.handle(request, response)
    const items = table.rows.map(({ name }) => `<li>${name}</li>`).join('')
    answerText(response, 200, `<turbo-frame id="rows"><ul>${items}</ul></turbo-frame>`, { 'content-type': 'text/html' })
  }
  const handlers = { 'api/rows.html': rows, 'api/': table.handle, 'auth/': tokens.handle }
  // nginx keeps the path below /app/ or takes it off; either way the handlers look at its end.
  return new Map(
    Object.entries(handlers).flatMap(([path, handle]) => [
      [`/${path}`, handle],
      [`${api}${path}`, handle],
    ]),
  )
}

interface Used {
  readonly program: Program
  readonly origin: string
  readonly table: Table
  readonly tokens: TokenServer
  readonly shown: (step: string) => void
}

async function actAsUser(page: Page, { program, origin, table, tokens, shown }: Used): Promise<void> {
  const { path, rows, worker, api = '/' } = program
  const items = page.getByRole('listitem')
  const status = page.getByRole('status')
  const load = () => page.getByRole('button', { name: 'Load' }).click()
  const bare = () => table.refused.filter(({ authorization }) => authorization === undefined)

  await page.goto(origin + path)
  await page.goto(origin + rows)
  expect(await page.evaluate(() => bearerWorker.ready)).toBe('worker')
  const controller = () => page.evaluate(() => new URL(navigator.serviceWorker.controller!.scriptURL).pathname)
  expect(await controller()).toBe(worker)
  shown('deep link')

  await signIn(page)
  await expect(items).toHaveText(NAMES)
  // Rejects where the picture does not load.
  await page.evaluate((src) => Object.assign(new Image(), { src }).decode(), `${api}api/pictures/1.svg`)
  shown('sign-in')

  tokens.issuer.expireAccessTokens()
  table.add('Fastnet')
  await load()
  await expect(items).toHaveText([...NAMES, 'Fastnet'])
  expect(tokens.refreshes).toHaveLength(1)
  shown('expiry')

  const session = await page.context().newCDPSession(page)
  await Promise.all([page.waitForEvent('load'), session.send('Page.reload', { ignoreCache: true })])
  await expect(items).toHaveCount(3)
  await page.reload()
  await expect(items).toHaveCount(3)
  expect(await page.evaluate(() => bearerWorker.ready)).toBe('worker')
  expect(await controller()).toBe(worker)
  expect(bare()).toEqual([])
  shown('hard reload')

  tokens.issuer.endEverySession()
  await load()
  await expect(status).toHaveText('Please sign in again.')
  shown('end')

  await signIn(page)
  await expect(items).toHaveCount(3)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  expect(await page.evaluate((url) => fetch(url).then((answer) => answer.status), `${api}api/rows`)).toBe(401)
  shown('sign-out')
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
