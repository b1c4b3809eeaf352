import type { ConfigurationIssue } from '../errors.ts'
import { type ReadConfiguration, readConfiguration } from './configuration.ts'
import { checkUrl } from './patterns.ts'
import { readPath } from './paths.ts'
import { VAULT_KEYS } from './vault-keys.ts'

/** What a session of a vault has in place of resources: it authorizes no request. */
const NO_RESOURCE = '/bearer-worker.vault.json'

/** Checks the configuration of a vault, or lists every mistake in it. */
export function readVaultConfiguration(input: unknown): ReadConfiguration {
  const { apps, ...file } = Object(input) as Readonly<Record<string, unknown>>
  const written = Object(file['sessions']) as Readonly<Record<string, unknown>>
  const issues = [...mistakesInApps(apps), ...Object.entries(written).flatMap(([name, each]) => ofTheApp(name, each))]
  const sessions = Object.fromEntries(
    Object.entries(written).map(([name, each]) => [
      name,
      isObject(each) ? { ...each, resources: [NO_RESOURCE] } : each,
    ]),
  )
  const read = readConfiguration({ ...file, ...(isObject(file['sessions']) && { sessions }) })
  if (read.kind === 'bad') {
    const known = new Set(issues.map(({ path }) => path))
    issues.push(...read.issues.filter(({ path }) => !known.has(path)))
  }
  if (issues.length > 0 || read.kind === 'bad') return { kind: 'bad', issues }
  return { kind: 'good', configuration: { ...read.configuration, apps: apps as readonly string[] } }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function mistakesInApps(apps: unknown): ConfigurationIssue[] {
  if (!Array.isArray(apps) || apps.length === 0)
    return [
      {
        path: 'apps',
        message: 'List the origin of each app that the vault serves, such as ["https://app.example.com"].',
      },
    ]
  return apps.flatMap((app: unknown, index) => {
    const message = wrongOrigin(app)
    return message === undefined ? [] : [{ path: `apps[${index}]`, message }]
  })
}

/** What is wrong with an origin: it is compared with what browsers say, letter by letter. @see https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin */
function wrongOrigin(app: unknown): string | undefined {
  const example = 'Write an origin as browsers say it, such as "https://app.example.com"'
  if (typeof app !== 'string' || !/^https?:\/\//.test(app)) return `${example}.`
  const wrong = checkUrl(app)
  if (wrong !== undefined) return wrong.startsWith('Use https') ? wrong : `${example}.`
  if (!/^https?:\/\/[^/]+$/.test(app)) return `${example}: without a path, and without "/" at its end.`
  if (app !== app.toLowerCase() || /[^\x21-\x7e]/.test(app))
    return `${example}: in lower case, and names beyond ASCII in their "xn--" form.`
  if (/^https:.*:443$|^http:.*:80$/.test(app)) return `${example}: without the port that is its scheme's own.`
  return undefined
}

/** Keys that say which requests get the token, and how: each app says that for itself. */
function ofTheApp(name: string, session: unknown): ConfigurationIssue[] {
  if (!isObject(session)) return []
  const path = `sessions.${name}`
  const source = ['refresh', 'authorizationServer'].some((key) => session[key] !== undefined)
  const none = {
    path: `${path}.authorizationServer`,
    message: 'Write "authorizationServer" or "refresh": the vault is where tokens are refreshed.',
  }
  const byPage = {
    path: `${path}.refresh.by`,
    message: 'Write "url" in place of "by": no code of an app brings tokens to the vault.',
  }
  return [
    ...Object.keys(session)
      .filter((key) => !VAULT_KEYS.includes(key))
      .map((key) => ({
        path: `${path}.${key}`,
        message: `Take this out: a session of a vault has ${VAULT_KEYS.map((each) => `"${each}"`).join(', ')}. Everything else stands in the configuration of the app.`,
      })),
    ...(source ? [] : [none]),
    ...(readPath(session, 'refresh.by') === undefined ? [] : [byPage]),
  ]
}
