import { check } from '../check.ts'
import { type Finding, Findings } from '../finding.ts'
import type { SessionConfiguration } from '../../policy/configuration.ts'
import { forbids, policiesOf } from './content-security-policy.ts'
import {
  checkAuthorizationServer,
  checkCaching,
  checkPreflight,
  checkTokenEndpoint,
  type Resource,
  resourcesOf,
} from './cross-origin.ts'
import { checkOtherWorkers } from './other-workers.ts'
import { type Page, readPage } from './page.ts'
import { checkScope, checkScripts, checkScriptTag, checkSecure, type Places } from './scripts.ts'
import { isReached, type Visit, type Visited, visitor } from './visit.ts'

export interface DoctorOptions {
  /** For each answer. */
  readonly timeoutMs?: number
  /** Absolute URLs, where no script tag names them. */
  readonly script?: string
  readonly worker?: string
  readonly config?: string
  /** Protected resources to try instead of the start of each pattern. */
  readonly requests?: readonly string[]
}

export interface Report {
  readonly site: string
  readonly ok: boolean
  /** What was looked at and is right. */
  readonly passed: readonly string[]
  readonly findings: readonly Finding[]
}

/** Visits a running site as a browser would, and tells what goes wrong there. Sends no token, and needs none. */
export async function doctor(url: string, options: DoctorOptions = {}): Promise<Report> {
  const visit = visitor(options.timeoutMs ?? 10_000)
  const findings = new Findings()
  const passed: string[] = []
  const report = (site: string): Report => ({ site, ok: !findings.hasProblems, passed, findings: findings.all })
  /** Runs one check; it has passed when it found nothing. */
  const run = async <T>(what: string, work: () => T | Promise<T>): Promise<T> => {
    const before = findings.all.length
    const value = await work()
    if (findings.all.length === before) passed.push(what)
    return value
  }

  const visited = await visit(url, { headers: { accept: 'text/html' } })
  if (!isReached(visited)) {
    findings.problem(
      'site-unreachable',
      url,
      `The site cannot be had: ${visited.why}.`,
      'Start it, or correct the address.',
    )
    return report(url)
  }
  if (!visited.ok || visited.type !== 'text/html') {
    findings.problem(
      'page-missing',
      visited.url,
      `The page is answered with status ${visited.status} as ${visited.type || 'no type'}.`,
      'Give the address of a page that anybody may see.',
    )
    return report(visited.url)
  }
  const page = readPage(visited.text, visited.url)
  const places = placesOf(page, options)
  const { origin } = new URL(page.url)

  await run('The site is one where service workers run.', () => checkSecure(page, findings))
  await run('The script tag stands first.', () => checkScriptTag(page, options.worker !== undefined, findings))
  const worker = await run('Both scripts are served as scripts, and from one version.', () =>
    checkScripts(places, page, visit, findings),
  )
  await run('The scope covers the page.', () => checkScope(places, page, worker, findings))
  await run('No other worker is in that scope.', () => checkOtherWorkers(page, places, visit, findings))
  const sessions = await run('The configuration is reachable, and right.', () =>
    checkConfigurationFile(places, origin, visit, findings),
  )
  const resources = sessions ? withRequests(resourcesOf(sessions, page.url), options.requests ?? []) : []
  const endpoints = (sessions ?? [])
    .flatMap(({ refresh, authorizationServer }) => [refresh?.url, authorizationServer?.issuer])
    .filter((endpoint) => endpoint !== undefined)
  await run('Content-Security-Policy lets worker and page do their work.', () =>
    checkPolicies(
      page,
      places,
      visited,
      worker,
      [...resources.map((resource) => resource.url), ...endpoints],
      findings,
    ),
  )
  if (!sessions) return report(page.url)

  const elsewhere = resources.filter((resource) => new URL(resource.url).origin !== origin && !isWildcard(resource))
  if (elsewhere.length > 0)
    await run('Each API allows the header by CORS.', () =>
      each(elsewhere, (resource) => checkPreflight(resource, origin, visit, findings)),
    )
  await run('No cache keeps what an API answers to one user.', () =>
    each(
      resources.filter((resource) => !isWildcard(resource)),
      (resource) => checkCaching(resource, origin, visit, findings),
    ),
  )
  await run('Each token endpoint is there, and lets the site in.', () =>
    each(sessions, async ({ name, refresh, authorizationServer }) => {
      if (refresh && !refresh.by) await checkTokenEndpoint(refresh, name, origin, visit, findings)
      if (authorizationServer) await checkAuthorizationServer(authorizationServer, name, origin, visit, findings)
    }),
  )
  return report(page.url)
}

/** As the page script finds them. */
function placesOf({ ours, url, base }: Page, options: DoctorOptions): Places {
  const script = options.script ?? ours?.src
  const named = (attribute: string) =>
    ours?.attributes[attribute] === undefined ? undefined : new URL(ours.attributes[attribute], base).href
  const root = new URL('/', url).href
  const worker = options.worker ?? named('data-worker') ?? new URL('bearer-worker.sw.js', script ?? root).href
  const config = options.config ?? named('data-config') ?? new URL('bearer-worker.json', script ?? worker).href
  return {
    worker,
    config,
    scope: named('data-scope') ?? new URL('./', worker).href,
    ...(script !== undefined && { script }),
  }
}

async function checkConfigurationFile(
  { config, worker }: Places,
  origin: string,
  visit: Visit,
  findings: Findings,
): Promise<readonly SessionConfiguration[] | undefined> {
  const cure = 'Put bearer-worker.json beside the script, or name it with data-config.'
  if (new URL(config).origin !== origin) {
    return void findings.problem(
      'configuration-other-origin',
      config,
      `The configuration is on another origin than the site, ${origin}.`,
      'Serve it from the origin of the worker: it takes no other.',
    )
  }
  const visited = await visit(config, { redirect: 'manual' })
  if (!isReached(visited))
    return void findings.problem(
      'configuration-unreachable',
      config,
      `The configuration cannot be had: ${visited.why}.`,
      cure,
    )
  if (!visited.ok)
    return void findings.problem(
      'configuration-unreachable',
      config,
      `The configuration is answered with status ${visited.status}.`,
      cure,
    )
  if (visited.type === 'text/html')
    return void findings.problem(
      'configuration-unreachable',
      config,
      'Where the configuration should be, the server sends an HTML page.',
      cure,
    )
  const checked = check(visited.text, config, {
    origin,
    core: new URL(worker).pathname.endsWith('/bearer-worker.core.sw.js'),
  })
  if (checked.kind === 'good') return checked.configuration.sessions
  for (const { path, message } of checked.issues)
    findings.problem(
      'configuration-invalid',
      `${config} ${path || '(file)'}`,
      `The configuration is wrong at ${path || 'its beginning'}.`,
      message,
    )
  return undefined
}

function checkPolicies(
  page: Page,
  { script, worker, config }: Places,
  answer: Visited,
  workerAnswer: Visited | undefined,
  reached: readonly string[],
  findings: Findings,
): void {
  const self = page.url
  const ofPage = policiesOf(answer.headers, page.metaPolicies)
  const forbidden = (code: string, where: string, what: string, directive: string | undefined, cure: string) => {
    if (directive !== undefined) findings.problem(code, where, `Content-Security-Policy: ${directive} ${what}`, cure)
  }
  if (script !== undefined)
    forbidden(
      'csp-script',
      page.url,
      `keeps the page script ${script} from running.`,
      forbids(ofPage, 'script-src', script, self, page.ours?.attributes['nonce']),
      `Add 'self' to script-src, or the policy's nonce to the script tag.`,
    )
  forbidden(
    'csp-worker',
    page.url,
    `keeps the worker ${worker} from running.`,
    forbids(ofPage, 'worker-src', worker, self),
    `Add worker-src 'self'.`,
  )
  const ofWorker = workerAnswer ? policiesOf(workerAnswer.headers) : []
  for (const url of unique([config, ...reached.map((each) => new URL(each, self).origin)])) {
    const source = new URL(url).origin === new URL(self).origin ? `'self'` : new URL(url).origin
    forbidden(
      'csp-connect',
      page.url,
      `keeps the page from reaching ${url}.`,
      forbids(ofPage, 'connect-src', url, self),
      `Add ${source} to connect-src of the page.`,
    )
    forbidden(
      'csp-worker-connect',
      worker,
      `of the worker's script keeps it from reaching ${url}.`,
      forbids(ofWorker, 'connect-src', url, worker),
      `Add ${source} to connect-src of the policy that bearer-worker.sw.js is served with, or serve it without one.`,
    )
  }
}

function withRequests(resources: readonly Resource[], requests: readonly string[]): readonly Resource[] {
  return resources.map((resource) => ({
    ...resource,
    url: requests.find((url) => new URL(url).origin === new URL(resource.url).origin) ?? resource.url,
  }))
}

/** No host is known of a wildcard: only its policy can be checked. */
const isWildcard = ({ where }: Resource) => where.includes('//*.')
const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]
const each = async <T>(values: readonly T[], work: (value: T) => Promise<void>) =>
  void (await Promise.all(values.map(work)))
