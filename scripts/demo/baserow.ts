/**
 * A small REST API that behaves like Baserow's: JSON in, `Authorization: JWT …`, a refresh that neither
 * rotates nor says how long its token lives. `/demo/*` and `/pictures/*` are ours.
 * @see https://api.baserow.io/api/redoc/
 */
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { BaserowTokens } from './baserow-tokens.ts'
import { type Fault, RefreshFaults } from './refresh-faults.ts'
import { type Listening, listenOnLoopback } from './listen-on-loopback.ts'
import { lighthouse } from './pictures.ts'

export interface BaserowOptions {
  /** 0 or nothing: any free port. */
  readonly port?: number
  /** The lifetime of an access token; Baserow's own default is 600. */
  readonly lifetimeSeconds?: number
  /** The lifetime of a refresh token; Baserow's own default is 7 days. */
  readonly refreshLifetimeSeconds?: number
  /** How long a refresh takes, in ms; as fast as possible by default. */
  readonly refreshMs?: number
  /** Rows the table starts with. */
  readonly rows?: readonly NewRow[]
}

export interface BaserowCounts {
  signIns: number
  refreshes: number
  refreshesRefused: number
  /** Protected requests answered with a 2xx; `refused` counts those refused for their token. */
  rows: number
  refused: number
  pictures: number
}

export interface Baserow extends Listening {
  readonly counts: BaserowCounts
  readonly credentials: { readonly email: string; readonly password: string }
  /** Every access token issued so far is refused from now on. */
  revokeAccessTokens(): void
  /** Every refresh token issued so far is refused from now on. */
  revokeRefreshTokens(): void
  resetCounts(): void
}

interface NewRow {
  readonly Name: string
  readonly Country: string
  readonly Height: number
  readonly Lit: boolean
}

interface Row extends NewRow {
  readonly id: number
  /** A decimal in a string, as Baserow writes it. */
  readonly order: string
}

const credentials = { email: 'keeper@example.com', password: 'lighthouse' }

const user = {
  first_name: 'Keeper',
  username: credentials.email,
  is_staff: false,
  id: 1,
  language: 'en',
  email_notification_frequency: 'instant',
  email_verified: true,
}

const lighthouses: readonly NewRow[] = [
  { Name: 'Tower of Hercules', Country: 'Spain', Height: 55, Lit: true },
  { Name: 'Cordouan', Country: 'France', Height: 67, Lit: true },
  { Name: 'Lanterna', Country: 'Italy', Height: 77, Lit: false },
  { Name: 'Bell Rock', Country: 'Scotland', Height: 35, Lit: true },
  { Name: 'Fastnet', Country: 'Ireland', Height: 54, Lit: true },
  { Name: 'Lindau', Country: 'Germany', Height: 33, Lit: false },
]

/** Codes, statuses and words of Baserow's own `api/user/errors.py`. */
const answers = {
  invalidCredentials: {
    error: 'ERROR_INVALID_CREDENTIALS',
    detail: 'No active account found with the given credentials.',
  },
  invalidAccessToken: { error: 'ERROR_INVALID_ACCESS_TOKEN', detail: 'Access token is expired or invalid.' },
  invalidRefreshToken: { error: 'ERROR_INVALID_REFRESH_TOKEN', detail: 'Refresh token is expired or invalid.' },
  notAuthenticated: { detail: 'Authentication credentials were not provided.' },
  rowDoesNotExist: { error: 'ERROR_ROW_DOES_NOT_EXIST', detail: 'The requested row does not exist.' },
  requestBody: { error: 'ERROR_REQUEST_BODY_VALIDATION', detail: 'The request body is not valid JSON.' },
} as const

interface State {
  readonly tokens: BaserowTokens
  readonly counts: BaserowCounts
  readonly rows: Row[]
  readonly faults: RefreshFaults
}

export async function startBaserow(options: BaserowOptions = {}): Promise<Baserow> {
  const lifetimes = {
    access: options.lifetimeSeconds ?? 20,
    refresh: options.refreshLifetimeSeconds ?? 7 * 24 * 60 * 60,
  }
  const tokens = new BaserowTokens(lifetimes, user.id)
  const counts: BaserowCounts = { signIns: 0, refreshes: 0, refreshesRefused: 0, rows: 0, refused: 0, pictures: 0 }
  const rows = (options.rows ?? lighthouses).map((row, index) => numbered(row, index + 1))
  const app = appOf({ tokens, counts, rows, faults: new RefreshFaults(options.refreshMs) })
  const listening = await listenOnLoopback(createServer(getRequestListener(app.fetch)), options.port)
  return {
    ...listening,
    counts,
    credentials,
    revokeAccessTokens: () => tokens.revokeAll('access'),
    revokeRefreshTokens: () => tokens.revokeAll('refresh'),
    resetCounts: () =>
      Object.assign(counts, { signIns: 0, refreshes: 0, refreshesRefused: 0, rows: 0, refused: 0, pictures: 0 }),
  }
}

/** Hono runs middleware in the order of these steps: the guard has to stand before what it protects. */
function appOf(state: State): Hono {
  const app = new Hono()
  app.use(
    cors({
      origin: '*',
      allowHeaders: ['Authorization', 'Content-Type'],
      exposeHeaders: ['WWW-Authenticate'],
      maxAge: 600,
    }),
  )
  app.use(async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-store')
  })
  app.onError((_error, context) => context.json(answers.requestBody, 400))
  serveTokens(app, state)
  for (const path of ['/api/database/*', '/pictures/*']) guard(app, path, state)
  serveTable(app, state)
  servePictures(app, state)
  serveDemo(app, state)
  return app
}

function serveTokens(app: Hono, { tokens, counts, faults }: State): void {
  app.use('/api/user/token-refresh/', faults.handle)

  app.post('/api/user/token-auth/', async (context) => {
    const body = await context.req.json<Record<string, unknown>>()
    if ((body['email'] ?? body['username']) !== credentials.email || body['password'] !== credentials.password) {
      return context.json(answers.invalidCredentials, 401)
    }
    counts.signIns++
    const access = await tokens.issue('access')
    return context.json({ token: access, access_token: access, refresh_token: await tokens.issue('refresh'), user })
  })

  app.post('/api/user/token-refresh/', async (context) => {
    const body = await context.req.json<Record<string, unknown>>()
    if (!(await tokens.accepts('refresh', body['refresh_token']))) {
      counts.refreshesRefused++
      return context.json(answers.invalidRefreshToken, 401)
    }
    counts.refreshes++
    const access = await tokens.issue('access')
    return context.json({ token: access, access_token: access, user })
  })

  app.post('/api/user/token-blacklist/', async (context) => {
    const body = await context.req.json<Record<string, unknown>>()
    const isRevoked = await tokens.revoke(body['refresh_token'])
    return isRevoked ? context.body(null, 204) : context.json(answers.invalidRefreshToken, 401)
  })
}

/** Refuses what has no valid access token, with the body that Baserow would send. */
function guard(app: Hono, path: string, { tokens, counts }: State): void {
  app.use(path, async (context, next) => {
    const token = /^JWT (.+)$/.exec(context.req.header('Authorization') ?? '')?.[1]
    if (token !== undefined && (await tokens.accepts('access', token))) return next()
    counts.refused++
    const refusal = token === undefined ? answers.notAuthenticated : answers.invalidAccessToken
    return context.json(refusal, 401, { 'WWW-Authenticate': 'JWT realm="api"' })
  })
}

function serveTable(app: Hono, { counts, rows }: State): void {
  const table = '/api/database/rows/table/1/'

  app.get(table, (context) => {
    counts.rows++
    const size = bounded(context.req.query('size'), 100, 200)
    const page = bounded(context.req.query('page'), 1, Number.MAX_SAFE_INTEGER)
    const at = (number: number) => {
      const url = new URL(context.req.url)
      url.searchParams.set('page', String(number))
      return url.href
    }
    return context.json({
      count: rows.length,
      next: page * size < rows.length ? at(page + 1) : null,
      previous: page > 1 ? at(page - 1) : null,
      results: rows.slice((page - 1) * size, page * size),
    })
  })

  app.post(table, async (context) => {
    const fields = await context.req.json<Partial<NewRow>>()
    counts.rows++
    const row = numbered({ Name: '', Country: '', Height: 0, Lit: false, ...fields }, (rows.at(-1)?.id ?? 0) + 1)
    rows.push(row)
    return context.json(row)
  })

  app.get(`${table}:id/`, (context) => {
    const row = rows.find(({ id }) => id === Number(context.req.param('id')))
    if (!row) return context.json(answers.rowDoesNotExist, 404)
    counts.rows++
    return context.json(row)
  })

  app.patch(`${table}:id/`, async (context) => {
    const index = rows.findIndex(({ id }) => id === Number(context.req.param('id')))
    const row = rows[index]
    if (!row) return context.json(answers.rowDoesNotExist, 404)
    const changed = { ...row, ...(await context.req.json<Partial<NewRow>>()), id: row.id, order: row.order }
    counts.rows++
    rows[index] = changed
    return context.json(changed)
  })
}

function servePictures(app: Hono, { counts }: State): void {
  app.get('/pictures/:file{[0-9]+\\.svg}', (context) => {
    counts.pictures++
    const id = Number.parseInt(context.req.param('file'), 10)
    return context.body(lighthouse(id, context.req.query('lit') === 'true'), 200, { 'Content-Type': 'image/svg+xml' })
  })
}

/** What the buttons of the demo page use. */
function serveDemo(app: Hono, { tokens, counts, faults }: State): void {
  app.post('/demo/revoke', (context) => {
    tokens.revokeAll('access')
    return context.json({ revoked: true })
  })
  app.get('/demo/counts', (context) => context.json(counts))
  app.post('/demo/faults', async (context) => {
    faults.plan((await context.req.json<{ faults: readonly Fault[] }>()).faults)
    return context.json({ planned: true })
  })
  app.get('/demo/faults', (context) => context.json({ answers: faults.answers }))
}

function numbered(row: NewRow, id: number): Row {
  return { id, order: id.toFixed(20), ...row }
}

function bounded(text: string | undefined, otherwise: number, most: number): number {
  const number = Number(text ?? otherwise)
  return Number.isInteger(number) && number > 0 ? Math.min(number, most) : otherwise
}
