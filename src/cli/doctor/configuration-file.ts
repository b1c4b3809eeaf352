import { isBeside } from '../../policy/configuration-place.ts'
import { check } from '../check.ts'
import type { SessionConfiguration } from '../../policy/configuration.ts'
import type { Examination } from './examination.ts'
import { isOwnWorker, type Places } from './scripts.ts'
import { isReached, type Visited } from './visit.ts'

/** By which a server says that a file elsewhere than beside the worker is a configuration, and no user's upload. */
const HEADER = 'Bearer-Worker-Configuration'

const CURE = 'Put bearer-worker.json beside the worker, or name it with data-config.'

/** Is the configuration there, accepted by the worker, and right? */
export async function checkConfigurationFile(
  { config, worker }: Places,
  { origin, visit, findings }: Examination,
): Promise<readonly SessionConfiguration[] | undefined> {
  if (new URL(config).origin !== origin)
    return void findings.problem(
      'configuration-other-origin',
      config,
      `The configuration is on another origin than the site, ${origin}.`,
      'Serve it from the origin of the worker: it takes no other.',
    )
  const visited = await visit(config, { redirect: 'manual' })
  const missing = isReached(visited) ? whyNone(visited) : `cannot be reached: ${visited.why}`
  if (missing !== undefined || !isReached(visited))
    return void findings.problem('configuration-unreachable', config, `The configuration ${missing}.`, CURE)
  if (!isBeside(config, worker) && visited.headers.get(HEADER)?.trim() !== '1')
    findings.problem(
      'configuration-header',
      config,
      `The configuration does not lie beside the worker's script, and comes without the header ${HEADER}: 1: the worker refuses it, since any upload could be one.`,
      `Put it beside ${worker}, or let the server send ${HEADER}: 1 with it.`,
    )
  const checked = check(visited.text, config, { origin })
  // Where cookies go is looked at with the token endpoint, which knows the origin of the site.
  for (const { path, message } of checked.notes.filter((note) => !note.path.endsWith('.refresh.credentials')))
    findings.note(
      'configuration-note',
      `${config} ${path || '(file)'}`,
      message,
      'Change it, if it is not what you meant.',
    )
  if (checked.kind === 'good') return checked.configuration.sessions
  for (const { path, message, line, column } of checked.issues)
    findings.problem(
      'configuration-invalid',
      `${config}${line === undefined ? '' : `:${line}:${column}`} ${path || '(file)'}`,
      `The configuration is wrong at ${path || 'its beginning'}.`,
      message,
    )
  return undefined
}

function whyNone({ ok, status, type }: Visited): string | undefined {
  if (!ok) return `is answered with status ${status}`
  return type === 'text/html' ? 'is answered with an HTML page' : undefined
}

/** The files beside the scripts that are loaded when they are needed. */
export async function checkParts(
  places: Places,
  sessions: readonly SessionConfiguration[],
  { visit, findings }: Examination,
): Promise<void> {
  const signsIn = sessions.some(({ authorizationServer }) => authorizationServer)
  if (signsIn && !isOwnWorker(places.worker)) {
    const oauth = new URL('bearer-worker.oauth.js', places.worker).href
    const why = absent(await visit(oauth))
    if (why !== undefined)
      findings.problem(
        'part-missing',
        oauth,
        `The worker needs bearer-worker.oauth.js for "authorizationServer", and it ${why}.`,
        'Copy it there: npx bearer-worker init <the folder of your site> --update',
      )
  }
  if (places.script === undefined) return
  const part = new URL('bearer-worker.page.js', places.script).href
  const why = absent(await visit(part))
  if (why !== undefined)
    findings.note(
      'part-missing',
      part,
      `bearer-worker.page.js ${why}: pages where no worker can run are not covered.`,
      'Copy it there: npx bearer-worker init <the folder of your site> --update',
    )
}

function absent(visited: Awaited<ReturnType<Examination['visit']>>): string | undefined {
  if (!isReached(visited)) return `cannot be reached: ${visited.why}`
  if (!visited.ok) return `is answered with status ${visited.status}`
  return visited.type === 'text/html' ? 'is answered with an HTML page' : undefined
}
