import { type Finding, Findings } from '../finding.ts'
import { checkConfigurationFile, checkParts } from './configuration-file.ts'
import type { Consent } from './consent.ts'
import { checkCovered, registeredByBundle } from './covered.ts'
import type { Examination } from './examination.ts'
import { checkOtherWorkers } from './other-workers.ts'
import { type Page, readPage } from './page.ts'
import { checkPolicies } from './policies.ts'
import { guardFor, privateRangeOf } from './private-address.ts'
import { render, type Rendered } from './render.ts'
import { checkAnswer, checkPreflight, type Resource, resourcesOf } from './resources.ts'
import { checkScope } from './scope.ts'
import { checkScripts, checkScriptTag, checkSecure, type Places } from './scripts.ts'
import { checkAuthorizationServer, checkTokenEndpoint } from './token-endpoint.ts'
import { checkVault } from './vault.ts'
import { isReached, type Visited, visitor } from './visit.ts'

export interface DoctorOptions {
  /** For each answer. */
  readonly timeoutMs?: number
  /** Absolute URLs, where no script tag names them. */
  readonly script?: string
  readonly worker?: string
  readonly config?: string
  /** Protected resources to try instead of the start of each pattern. */
  readonly requests?: readonly string[]
  /** Opens the page in an installed browser. */
  readonly browser?: boolean
  /** Tries token endpoints without asking, and private addresses that a public site names. */
  readonly probe?: boolean
  /** Asked before a token endpoint is sent anything; without it the answer is no. */
  readonly consent?: Consent
}

export interface Report {
  readonly site: string
  readonly ok: boolean
  /** Whether a browser ran the page's scripts. */
  readonly rendered: boolean
  /** By what the page was read: a sentence. */
  readonly read: string
  /** What was looked at and is right. */
  readonly passed: readonly string[]
  readonly findings: readonly Finding[]
}

/** Visits a running site as a browser would, and tells what goes wrong there. Sends no token, and needs none. */
export async function doctor(url: string, options: DoctorOptions = {}): Promise<Report> {
  const { timeoutMs = 10_000, probe = false } = options
  const visit = visitor({ timeoutMs, whyNot: await guardFor(new URL(url), probe) })
  const findings = new Findings()
  const visited = await visit(url, { headers: { accept: 'text/html' } })
  if (!isReached(visited) || !visited.ok || visited.type !== 'text/html') {
    if (!isReached(visited))
      findings.problem(
        'site-unreachable',
        url,
        `The site cannot be reached: ${visited.why}.`,
        visited.cure ?? 'Start it, or correct the address.',
      )
    else
      findings.problem(
        'page-missing',
        visited.url,
        `The page is answered with status ${visited.status} as ${visited.type || 'no type'}.`,
        'Give the address of a page that anybody may see.',
      )
    return {
      site: visited.url,
      ok: false,
      rendered: false,
      read: 'There was no page to read.',
      passed: [],
      findings: findings.all,
    }
  }
  const { rendered, read } = await rendering(visited.url, options)
  const page = readPage(visited.text, visited.url)
  const examination: Examination = {
    origin: new URL(page.url).origin,
    visit,
    findings,
    isStartPage: (answer) => isPageOfApp(answer, visited.text),
    consent: probe ? async () => true : (options.consent ?? (async () => false)),
  }
  const passed = await examine({ page, rendered, answer: visited, options, examination })
  return {
    site: page.url,
    ok: !findings.hasProblems,
    rendered: rendered !== undefined,
    read,
    passed,
    findings: findings.all,
  }
}

interface Patient {
  readonly page: Page
  readonly rendered: Rendered | undefined
  /** The answer that brought the page. */
  readonly answer: Visited
  readonly options: DoctorOptions
  readonly examination: Examination
}

/** Every check in turn; returns what was found to be right. */
async function examine({ page, rendered, answer, options, examination }: Patient): Promise<readonly string[]> {
  const { visit, findings, origin } = examination
  const passed: string[] = []
  /** A check has passed when it found nothing. */
  const run = async <T>(what: string, work: () => T | Promise<T>): Promise<T> => {
    const before = findings.all.length
    const value = await work()
    if (findings.all.length === before) passed.push(what)
    return value
  }
  const bundled = page.ours === undefined && rendered ? registeredByBundle(rendered, page) : undefined
  const places = placesOf(page, { ...bundled, ...options }, bundled?.scope)
  const isNamed = options.worker !== undefined || bundled !== undefined || rendered?.hasScript === true

  await run('The site is one where service workers run.', () => checkSecure(page, findings))
  await run('The script tag stands first.', () => checkScriptTag(page, isNamed, findings))
  const worker = await run('Both scripts are served as scripts, from one version, and kept by no cache.', () =>
    checkScripts(places, page, visit, findings),
  )
  await run('The scope covers the page.', () => checkScope(places, page, worker, findings))
  await run('No other worker is in that scope.', () => checkOtherWorkers({ page, places, visit, findings, rendered }))
  if (rendered?.ready) await run('The page is covered in a browser.', () => checkCovered(rendered, page, findings))
  const sessions = await run('The configuration is reachable, and right.', () =>
    checkConfigurationFile(places, examination),
  )
  const resources = sessions ? withRequests(resourcesOf(sessions, page.url), options.requests ?? []) : []
  const endpoints = (sessions ?? [])
    .flatMap(({ refresh, authorizationServer }) => [refresh?.url, authorizationServer?.issuer])
    .filter((endpoint) => endpoint !== undefined)
  const reached = [...resources.map((resource) => resource.url), ...endpoints]
  await run('Content-Security-Policy lets worker and page do their work.', () =>
    checkPolicies({ page, places, answer, workerAnswer: worker, reached }, findings),
  )
  if (!sessions) return passed
  await run('The parts that are loaded on demand are there.', () => checkParts(places, sessions, examination))
  const vaults = new Set(sessions.flatMap(({ vault }) => vault ?? []))
  if (vaults.size > 0)
    await run('The vault is on another origin of the same site, serves this app, and no other site frames it.', () =>
      each([...vaults], (vault) => checkVault(vault, { page, answer, sessions }, examination)),
    )
  const known = resources.filter((resource) => !isWildcard(resource))
  const elsewhere = known.filter((resource) => new URL(resource.url).origin !== origin)
  if (elsewhere.length > 0)
    await run('Each API allows the header by CORS.', () =>
      each(elsewhere, (resource) => checkPreflight(resource, examination)),
    )
  await run('Each API answers, and no cache keeps what it answers to one user.', () =>
    each(known, (resource) => checkAnswer(resource, examination)),
  )
  await run('Each token endpoint is there, and lets the site in.', () =>
    each(sessions, async ({ name, refresh, authorizationServer }) => {
      // With `"by": "page"` there is no endpoint.
      if (refresh?.url !== undefined && !('by' in refresh && refresh.by))
        await checkTokenEndpoint(refresh, `sessions.${name}.refresh.url`, examination)
      if (authorizationServer) await checkAuthorizationServer(authorizationServer, name, examination)
    }),
  )
  return passed
}

async function rendering(
  url: string,
  { browser = true, timeoutMs = 10_000, probe = false }: DoctorOptions,
): Promise<{ rendered: Rendered | undefined; read: string }> {
  const only = 'Only the HTML was read, not what scripts make of it'
  if (!browser) return { rendered: undefined, read: `${only}: no browser was wanted.` }
  const mayReachPrivate = probe || (await privateRangeOf(new URL(url))) !== undefined
  const result = await render(url, { timeoutMs, mayReachPrivate })
  return result.kind === 'rendered'
    ? { rendered: result.rendered, read: `The page was opened in ${result.rendered.browser}.` }
    : { rendered: undefined, read: `${only}: ${result.why}.` }
}

/** The same text as the page that was visited, or another one with our script tag. */
const isPageOfApp = ({ ok, type, text, url }: Visited, startPage: string): boolean =>
  ok && type === 'text/html' && (text === startPage || readPage(text, url).ours !== undefined)

/** As the page script finds them. */
function placesOf({ ours, url, base }: Page, options: DoctorOptions, registered?: string): Places {
  const script = options.script ?? ours?.src
  const named = (attribute: string) => {
    const written = ours?.attributes[attribute]
    return written !== undefined && URL.canParse(written, ours?.base ?? base)
      ? new URL(written, ours?.base ?? base).href
      : undefined
  }
  const root = new URL('/', url).href
  const worker = options.worker ?? named('data-worker') ?? new URL('bearer-worker.sw.js', script ?? root).href
  const config = options.config ?? named('data-config') ?? new URL('bearer-worker.json', worker).href
  return {
    worker,
    config,
    scope: named('data-scope') ?? registered ?? new URL('./', worker).href,
    ...(script !== undefined && { script }),
    ...(ours?.attributes['data-scope'] !== undefined && { writtenScope: ours.attributes['data-scope'] }),
  }
}

function withRequests(resources: readonly Resource[], requests: readonly string[]): readonly Resource[] {
  return resources.map((resource) => {
    const url = requests.find((each) => new URL(each).origin === new URL(resource.url).origin)
    return url === undefined ? resource : { ...resource, url, isGuessed: false }
  })
}

/** No host is known of a wildcard: only its policy can be checked. */
const isWildcard = ({ where }: Resource) => where.includes('//*.')
const each = async <T>(values: readonly T[], work: (value: T) => Promise<void>) =>
  void (await Promise.all(values.map(work)))
