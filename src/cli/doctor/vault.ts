import { check } from '../check.ts'
import type { SessionConfiguration } from '../../policy/configuration.ts'
import { isSameSite } from '../check/same-site.ts'
import { forbids, policiesOf } from './content-security-policy.ts'
import { type Examination, unreachable } from './examination.ts'
import type { Page } from './page.ts'
import { checkAuthorizationServer, checkTokenEndpoint } from './token-endpoint.ts'
import { isReached, type Visited } from './visit.ts'

const COPY =
  'Copy the files there: npx bearer-worker init <the folder of your site> --vault <the folder of the vault> --update'

/** What of the app a vault is looked at with. */
export interface App {
  readonly page: Page
  /** The answer that brought the page. */
  readonly answer: Visited
  readonly sessions: readonly SessionConfiguration[]
}

/** A vault is on another origin of the same site, serves this app, and lets no other site frame it. */
export async function checkVault(url: string, app: App, examination: Examination): Promise<void> {
  if (!checkPlace(url, examination)) return
  checkFrame(url, app, examination)
  const page = await visitFile(url, 'bearer-worker.vault.html', examination)
  if (page) {
    checkHeaders(page, app, examination)
    checkAgentCluster(page, examination)
  }
  await checkScript(new URL('bearer-worker.vault.js', url).href, examination)
  const config = new URL('bearer-worker.vault.json', url).href
  const file = await visitFile(config, 'bearer-worker.vault.json', examination)
  if (file) await checkFile(config, { ...app, text: file.text, url }, examination)
}

/** @see https://publicsuffix.org/ */
function checkPlace(url: string, { origin, findings }: Examination): boolean {
  const another =
    'Serve it from another origin of the same site, as https://auth.example.com beside https://app.example.com.'
  if (new URL(url).origin === origin) {
    findings.problem(
      'vault-same-origin',
      url,
      'The vault is on the origin of the site, where it protects nothing.',
      another,
    )
    return false
  }
  if (isSameSite(url, origin)) return true
  findings.problem(
    'vault-other-site',
    url,
    `The vault is of another site than ${origin}: browsers keep its storage apart.`,
    another,
  )
  return false
}

/** May the page open the vault's frame? */
function checkFrame(url: string, { page, answer }: App, { findings }: Examination): void {
  const directive = forbids(policiesOf(answer.headers, page.metaPolicies), 'frame-src', { url, self: page.url })
  if (directive !== undefined)
    findings.problem(
      'csp-vault',
      page.url,
      `Content-Security-Policy: ${directive} keeps the page from opening the vault ${url}.`,
      `Add ${new URL(url).origin} to frame-src of the page.`,
    )
}

async function visitFile(url: string, name: string, examination: Examination): Promise<Visited | undefined> {
  const visited = await examination.visit(url)
  if (!isReached(visited))
    return void unreachable(examination, visited, { code: 'vault-unreachable', what: 'The vault', where: '"vault"' })
  if (visited.ok) return visited
  examination.findings.problem('vault-file', url, `${name} is answered with status ${visited.status}.`, COPY)
  return undefined
}

/** Only apps may frame the vault, and they must. */
function checkHeaders({ url, headers, type }: Visited, app: App, { origin, findings }: Examination): void {
  if (type !== 'text/html')
    findings.problem('vault-file', url, `The vault's page is served as ${type || 'no type'}.`, 'Serve it as text/html.')
  const ancestors = policiesOf(headers).flatMap((policy) => {
    const sources = policy.get('frame-ancestors')
    return sources ? [sources] : []
  })
  const cure = `Send Content-Security-Policy: frame-ancestors ${origin}, with the origins of all apps.`
  if (ancestors.length === 0)
    findings.problem('vault-frame-ancestors', url, 'Any site can frame the vault: it has no frame-ancestors.', cure)
  else if (forbids(policiesOf(headers), 'frame-ancestors', { url: origin, self: url }) !== undefined)
    findings.problem(
      'vault-frame-ancestors',
      url,
      `frame-ancestors ${ancestors[0]!.join(' ')} keeps ${origin} from framing the vault.`,
      cure,
    )
  else if (ancestors.some((sources) => sources.some((source) => /^(\*|https?:|https?:\/\/\*)$/.test(source))))
    findings.problem('vault-frame-ancestors', url, 'frame-ancestors lets any site frame the vault.', cure)
  const options = headers.get('x-frame-options')
  // Browsers that know frame-ancestors do not look at it. https://w3c.github.io/webappsec-csp/#frame-ancestors-and-frame-options
  if (options !== null && ancestors.length === 0)
    findings.problem(
      'vault-frame-options',
      url,
      `X-Frame-Options: ${options} keeps ${origin} from framing the vault.`,
      'Take it out, and send frame-ancestors.',
    )
  const embedder = app.answer.headers.get('cross-origin-embedder-policy') ?? ''
  if (!/^(require-corp|credentialless)/.test(embedder)) return
  const isIsolated = /^(require-corp|credentialless)/.test(headers.get('cross-origin-embedder-policy') ?? '')
  const isShared = /^(same-site|cross-origin)$/.test(headers.get('cross-origin-resource-policy') ?? '')
  if (!isIsolated || !isShared)
    findings.problem(
      'vault-embedder-policy',
      url,
      `The app sends Cross-Origin-Embedder-Policy: ${embedder}, so that it opens no frame of the vault.`,
      `Send Cross-Origin-Embedder-Policy: ${embedder} and Cross-Origin-Resource-Policy: same-site with the vault's page.`,
    )
}

/**
 * Without the header, a browser may run the vault and the apps, which are of one site, in one process.
 * @see https://html.spec.whatwg.org/multipage/browsers.html#origin-keyed-agent-clusters
 */
function checkAgentCluster({ url, headers }: Visited, { findings }: Examination): void {
  const header = headers.get('origin-agent-cluster')
  if (header?.trim() === '?1') return
  findings.note(
    'vault-agent-cluster',
    url,
    header === null
      ? "The vault's page has no Origin-Agent-Cluster: a browser may run it in one process with the apps of its site."
      : `Origin-Agent-Cluster: ${header} lets a browser run the vault in one process with the apps of its site.`,
    "Send Origin-Agent-Cluster: ?1 with every page of the vault's origin.",
  )
}

async function checkScript(url: string, examination: Examination): Promise<void> {
  const script = await visitFile(url, 'bearer-worker.vault.js', examination)
  const { findings } = examination
  if (script && !/^(text|application)\/(x-)?(java|ecma)script$/.test(script.type))
    findings.problem(
      'vault-file',
      url,
      `The vault's script is served as ${script.type || 'no type'}.`,
      'Serve it as text/javascript.',
    )
  const kept = /max-age=(\d+)/.exec(script?.headers.get('cache-control') ?? '')?.[1]
  if (Number(kept) > 0 && !/no-cache/.test(script?.headers.get('cache-control') ?? ''))
    findings.note(
      'vault-kept',
      url,
      `A cache keeps the vault's script for ${kept} s after a new version.`,
      'Send Cache-Control: no-cache.',
    )
}

interface VaultFile extends App {
  readonly text: string
  /** URL of the vault's page. */
  readonly url: string
}

/** Does it list this app, and its sessions? */
async function checkFile(
  config: string,
  { text, url, sessions, page }: VaultFile,
  examination: Examination,
): Promise<void> {
  const { origin, findings } = examination
  const vault = new URL(url)
  const checked = check(text, config, { origin: vault.origin })
  if (checked.kind === 'bad') {
    for (const { path, message } of checked.issues)
      findings.problem(
        'vault-configuration',
        `${config} ${path || '(file)'}`,
        `The vault's configuration is wrong at ${path || 'its beginning'}.`,
        message,
      )
    return
  }
  const { apps = [], sessions: kept } = checked.configuration
  if (!apps.includes(origin))
    findings.problem(
      'vault-app',
      config,
      `"apps" of the vault does not list ${origin}: it serves no page of it.`,
      `Add ${JSON.stringify(origin)} to "apps".`,
    )
  for (const { name, vault: named } of sessions) {
    if (named === undefined || new URL(named, page.url).href !== vault.href) continue
    const session = kept.find((each) => each.name === name)
    if (!session) {
      findings.problem(
        'vault-session',
        config,
        `The vault has no session ${JSON.stringify(name)}.`,
        `It has ${kept.map((each) => JSON.stringify(each.name)).join(', ')}: give both files the same names.`,
      )
      continue
    }
    const atVault = { ...examination, origin: vault.origin }
    const { authorizationServer, refresh } = session
    if (authorizationServer) {
      checkRedirectUri(authorizationServer.redirectUri, { url, config, name }, examination)
      await checkAuthorizationServer(authorizationServer, name, atVault)
      checkOtherSignIns(authorizationServer, sessions, examination)
    }
    if (refresh?.url !== undefined) await checkTokenEndpoint(refresh, name, atVault)
  }
}

interface Session {
  readonly url: string
  readonly config: string
  readonly name: string
}

function checkRedirectUri(redirectUri: string, { url, config, name }: Session, { findings }: Examination): void {
  const address = ({ origin, pathname }: URL) => origin + pathname
  if (address(new URL(redirectUri, url)) === address(new URL(url))) return
  findings.problem(
    'vault-redirect-uri',
    `${config} sessions.${name}.authorizationServer.redirectUri`,
    `The user comes back to ${redirectUri}, which is not the vault's page.`,
    `Write ${JSON.stringify(new URL(url).pathname)}, and register it at the authorization server.`,
  )
}

/** The same client with a redirect URI on the app's origin: a script there can sign in by it. */
function checkOtherSignIns(
  { issuer, clientId }: { readonly issuer: string; readonly clientId: string },
  sessions: readonly SessionConfiguration[],
  { origin, findings }: Examination,
): void {
  for (const { name, authorizationServer: server } of sessions)
    if (server?.issuer === issuer && server.clientId === clientId)
      findings.problem(
        'vault-other-redirect-uri',
        `${origin} sessions.${name}.authorizationServer.redirectUri`,
        `The client ${JSON.stringify(clientId)} of the vault has a redirect URI on the origin of the app, too: a script of the app can sign in by it.`,
        'Give this session a client of its own, or a vault, and take the redirect URI out at the authorization server.',
      )
}
