/**
 * One list of observations, each made with and without the worker: whatever differs is known, explained, and still
 * there.
 */
import { writeFileSync, mkdirSync, readFileSync } from 'node:fs'
import { openApp } from './app.ts'
import { oneSession, resourcesSession } from './configurations.ts'
import { KNOWN, LANES, type Difference, type Lane, reasonOf } from './differential/known.ts'
import { observe, type Seen } from './differential/observe.ts'
import { OBSERVATIONS, type Observation } from './differential/observations.ts'
import { observeTiming } from './differential/timing.ts'
import type { EngineName, Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import type { Arrival, Resources } from './servers/resources.ts'
import { page, type Site } from './servers/site.ts'

const LAB = '<script>performance.setResourceTimingBufferSize(5000)</script>'

test('a page sees what it would see without us: behind the worker, and in its own lane', async ({
  engine,
  site,
  resources,
  tokens,
}) => {
  test.setTimeout(400_000)
  resources.judges = false
  // Else it depends on the time between two observations whether a redirect has a preflight.
  resources.cachesPreflights = false

  const run = async (lane: Lane | undefined): Promise<ReadonlyMap<string, Seen>> => {
    // A refused request is one of the observations: the refresh token is used up by it.
    const token = tokens.issuer.signIn()
    const changes = { except: ['/r/open/*'], direct: lane === 'direct' }
    site.configuration = oneSession(resourcesSession(resources, tokens, changes))
    site.pages.set('/lab.html', page({ head: LAB, ...(!lane && { script: '' }) }))
    const browsing = await engine.browse()
    const tab = lane ? await openApp(browsing, site, '/lab.html') : await browsing.newTab(site.url('/lab.html'))
    if (lane) await tab.evaluate((token) => bearerWorker.setTokens(token), token)
    await tab.evaluate(() => void (document.cookie = 'own=yes; Path=/'))
    const seen = new Map<string, Seen>()
    for (const observation of OBSERVATIONS)
      seen.set(
        observation.name,
        await look(tab, observation, {
          site,
          resources,
          authorization: lane ? undefined : `Bearer ${token.access_token}`,
        }),
      )
    await browsing.close()
    return seen
  }
  const without = await run(undefined)
  const differences: Difference[] = []
  for (const lane of LANES[engine.name]) {
    const behind = await run(lane)
    differences.push(
      ...OBSERVATIONS.flatMap(({ name }) => compare(name, without.get(name)!, behind.get(name)!)).map(
        (difference): Difference => ({ ...difference, lane }),
      ),
    )
  }
  report(engine.name, differences)
  expect(OBSERVATIONS.length).toBeGreaterThanOrEqual(150)
  expect(new Set(OBSERVATIONS.map(({ name }) => name)).size).toBe(OBSERVATIONS.length)
  expect(
    differences.filter((difference) => !reasonOf(engine.name, difference)).map(tell),
    'differences that nobody has explained',
  ).toEqual([])
  const unseen = KNOWN.filter(({ engines, isRare }) => engines.includes(engine.name) && !isRare).filter(
    (known) => !differences.some((difference) => known.fits(difference)),
  )
  expect(
    unseen.map(({ reason }) => reason),
    'differences that went away: take them out of known.ts and docs/transparency.md',
  ).toEqual([])
})

test('each known difference is explained in docs/transparency.md', () => {
  const documented = readFileSync('docs/transparency.md', 'utf8')
  expect(KNOWN.filter(({ reason }) => !documented.includes(`**${reason}**`)).map(({ reason }) => reason)).toEqual([])
})

interface Where {
  readonly site: Site
  readonly resources: Resources
  /** Of a page that does without Bearer Worker. */
  readonly authorization: string | undefined
}

async function look(tab: Tab, observation: Observation, { site, resources, authorization }: Where): Promise<Seen> {
  const other = resources.url('', 'localhost')
  const [path, hash] = observation.path.replace('OTHER', encodeURIComponent(other)).split('#')
  const base = observation.where === 'own' ? `${site.url('/r')}` : other
  const url = path!.startsWith('CREDENTIALS')
    ? `${site.origin.replace('//', '//ada:secret@')}/r/echo`
    : `${base}${observation.where === 'own' ? path : path!.replace('to=/r/', 'to=/')}`
  resources.arrivals.length = 0
  resources.preflights.length = 0
  const marked = `${url}${url.includes('?') ? '&' : '?'}o=${encodeURIComponent(observation.name)}${hash ? `#${hash}` : ''}`
  const bare = observation.path.startsWith('/open/')
  const seen = await tab.evaluate(observe, {
    observation,
    url: marked,
    authorization: bare ? undefined : authorization,
  })
  // What a beacon or a worker asks for is in no timeline of the page, or not in time.
  const isTimed = !['beacon', 'later', 'worker'].includes(observation.how)
  const timing = isTimed ? await tab.evaluate(observeTiming, marked) : {}
  if (seen['queued']) await expect.poll(() => resources.to('/echo')[0]?.hash).toBeTruthy()
  if (/abort|timeout/.test(observation.name))
    await Promise.race([
      ...resources.arrivals.map(({ abandoned }) => abandoned),
      new Promise((resolve) => setTimeout(resolve, 1_000)),
    ])
  return { ...seen, ...timing, ...served(resources) }
}

/** What the server saw. */
function served({ arrivals, preflights }: Resources): Seen {
  const facts: Record<string, unknown> = {
    'server.requests': arrivals.map(({ method, path }) => `${method} ${path}`),
    'server.preflights': preflights.map(
      ({ path, headers }) =>
        `${path} ${headers['access-control-request-method']} ${headers['access-control-request-headers'] ?? '-'}`,
    ),
  }
  arrivals.forEach((arrival, index) => {
    const at = `server.${index}.`
    const pairs = pairsOf(arrival)
    facts[`${at}body`] = /multipart/.test(arrival.headers['content-type'] ?? '')
      ? 'multipart'
      : `${arrival.received} ${arrival.hash}`
    facts[`${at}order`] = pairs.map(([name]) => name.toLowerCase()).join(' ')
    for (const [name, value] of pairs) {
      facts[`${at}header ${name.toLowerCase()}`] = value
      facts[`${at}case ${name.toLowerCase()}`] = name
    }
  })
  return facts
}

/**
 * Without what belongs to the connection, and without the token, which a page cannot give to every kind of request.
 * Playwright's locale does not reach workers, which Firefox does not ask for a native keepalive request; its boundaries
 * vary in length.
 */
function pairsOf(arrival: Arrival): [string, string][] {
  const { rawHeaders } = arrival
  const observation = arrival.query.get('o') ?? ''
  const isLeftOut = (name: string) =>
    /^(host|connection|authorization)$/i.test(name) ||
    (/worker|keepalive/.test(observation) && /^accept-language$/i.test(name)) ||
    (/multipart/.test(arrival.headers['content-type'] ?? '') && /^content-length$/i.test(name))
  const pairs: [string, string][] = []
  for (let i = 0; i < rawHeaders.length; i += 2)
    pairs.push([rawHeaders[i]!, rawHeaders[i + 1]!.replace(/boundary=\S+/, 'boundary')])
  return pairs.filter(([name]) => !isLeftOut(name))
}

function compare(observation: string, without: Seen, behind: Seen): Omit<Difference, 'lane'>[] {
  const [few] = [without, behind].map((seen) => (seen['server.requests'] as unknown[]).length).sort()
  // Whether what was given up so early has reached the server is chance; so is how often WebKit tries where nobody
  // answers.
  // Whether a progress event comes before a failure is chance, too.
  const textOf = (value: unknown) =>
    /of a failure$/.test(observation) ? JSON.stringify(value)?.replace('"upload progress",', '') : JSON.stringify(value)
  const isChance = /abort.* at once|aborted$|abort before|abort$|answer nothing$|failure$/.test(observation)
  return [...new Set([...Object.keys(without), ...Object.keys(behind)])]
    .filter(
      (what) => !(Number(/^server\.(\d+)\./.exec(what)?.[1]) >= few!) && !(isChance && /^(server|timing)/.test(what)),
    )
    .filter((what) => textOf(without[what]) !== textOf(behind[what]))
    .map((what) => ({
      observation,
      what: what.replace(/^server\.\d+\./, 'server '),
      without: JSON.stringify(without[what]) ?? '-',
      behind: JSON.stringify(behind[what]) ?? '-',
    }))
}

const tell = ({ lane, observation, what, without, behind }: Difference) =>
  `${lane} | ${observation} | ${what}: ${without} → ${behind}`

function report(engine: EngineName, differences: readonly Difference[]): void {
  mkdirSync('.cache/test', { recursive: true })
  const lines = differences
    .map((difference) => `${reasonOf(engine, difference) ?? 'UNKNOWN'} | ${tell(difference)}`)
    .sort()
  writeFileSync(
    `.cache/test/differences-${engine}.txt`,
    `${OBSERVATIONS.length} observations, ${differences.length} differences in ${new Set(differences.map(({ observation }) => observation)).size} of them\n${lines.join('\n')}\n`,
  )
}
