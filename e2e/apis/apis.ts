/** What the tests of several APIs share: one sign-in, three APIs that each take only a token of their own. */
import { ask, openApp } from '../app.ts'
import { oauthSession, oneSession, type SessionInFile } from '../configurations.ts'
import type { Browsing, Tab } from '../engines/engine.ts'
import { test as base } from '../fixtures.ts'
import { Api } from '../servers/api.ts'
import { page, type Site } from '../servers/site.ts'

export { expect } from '../fixtures.ts'

export const MAIL = 'https://mail.example.com'
export const FILES = 'files.read'

interface Fixtures {
  /** By a resource indicator. */
  readonly mail: Api
  /** By a scope. */
  readonly files: Api
  /** Puts a session with these APIs into the configuration. */
  readonly configure: (changes?: SessionInFile) => void
}

/** `api` is that of the session itself, at the site. */
export const test = base.extend<Fixtures>({
  mail: async ({ tokens }, use) => {
    const mail = await Api.start(tokens.issuer)
    mail.audience = MAIL
    await use(mail)
    await mail.stop()
  },
  files: async ({ tokens }, use) => {
    const files = await Api.start(tokens.issuer)
    files.audience = FILES
    await use(files)
    await files.stop()
  },
  configure: async ({ site, api, mail, files, tokens }, use) => {
    tokens.apis = new Map([
      [MAIL, 'allowed'],
      [FILES, 'allowed'],
    ])
    await use((changes = {}) => {
      const resources = [
        '/api/*',
        { url: mail.url('/*'), resource: MAIL, scope: 'mail.read' },
        { url: files.url('/*'), scope: FILES },
      ]
      site.configuration = oneSession(oauthSession(api, tokens, { resources, ...changes }))
    })
  },
})

/** A tab where no service worker can run, nor anything else that is named. */
export async function openWithoutWorker(browsing: Browsing, site: Site, ...others: 'locks'[]): Promise<Tab> {
  const missing = ['serviceWorker', ...others].map((name) => `delete Navigator.prototype.${name}`)
  site.pages.set(
    '/',
    page({ script: `<script>${missing.join(';')}</script><script src="/bearer-worker.js"></script>` }),
  )
  return openApp(browsing, site)
}

export const statusOf = async (tab: Tab, url: string): Promise<number | 'network error'> =>
  (await ask(tab, url).catch(() => undefined))?.status ?? 'network error'

/** What a refresh asks for, and with which refresh token. */
export function fieldsOf({ body }: { readonly body: string }): Readonly<Record<string, string>> {
  return body.startsWith('{') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body))
}
