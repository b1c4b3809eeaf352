import { lighthouse } from '../../scripts/demo/pictures.ts'
import type { ReceivedRequest } from '../../src/testing/servers/received-request.ts'
import type { Account } from './account.ts'
import type { Answer, Routes } from './routes.ts'

export const NAMES = ['Bell Rock', 'Cordouan'] as const

/** An API with rows and a picture of each, which wants a good access token. */
export class Lighthouses {
  /** The paths that were answered. */
  readonly served: string[] = []
  /** The `Authorization` of each request that was refused. */
  readonly refused: (string | undefined)[] = []
  readonly #account: Account

  constructor(account: Account) {
    this.#account = account
  }

  /** Rows at one path, pictures below another. */
  routes(rows = '/rows', pictures = '/pictures/', method: 'GET' | 'POST' = 'GET'): Routes {
    return {
      [`${method} ${rows}`]: (request) => this.#whenAuthorized(request, () => ({ body: this.#rows() })),
      [`GET ${pictures}*`]: (request) => this.#whenAuthorized(request, ({ path }) => this.#picture(path)),
    }
  }

  #whenAuthorized(request: ReceivedRequest, answer: (request: ReceivedRequest) => Answer): Answer {
    const { authorization, path } = request
    if (this.#account.accepts(authorization?.replace(/^Bearer /, '') ?? '')) {
      this.served.push(path)
      return answer(request)
    }
    this.refused.push(authorization)
    return { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' }, body: { error: 'refused' } }
  }

  #rows(): readonly object[] {
    return NAMES.map((name, index) => ({ id: index + 1, name }))
  }

  #picture(path: string): Answer {
    const [, id = '1'] = /(\d+)\.svg$/.exec(path) ?? []
    return { headers: { 'content-type': 'image/svg+xml' }, body: lighthouse(Number(id), true) }
  }
}
