import { answerJson, answerText } from '../../src/testing/servers/answers.ts'
import type { Issuer } from '../../src/testing/servers/issuer.ts'
import type { Handler } from '../../src/testing/servers/listener.ts'
import { lighthouse } from '../../scripts/demo/pictures.ts'
import { type ReceivedRequest, receive } from '../../src/testing/servers/received-request.ts'

interface Row {
  readonly id: number
  readonly name: string
}

/** A resource server with rows and a picture of each, for the apps of the recipes. It checks every token. */
export class Table {
  readonly rows: Row[] = [
    { id: 1, name: 'Bell Rock' },
    { id: 2, name: 'Cordouan' },
  ]
  /** Requests answered with rows or a picture; `refused` has those refused for their token. */
  readonly served: ReceivedRequest[] = []
  readonly refused: ReceivedRequest[] = []
  scheme = 'Bearer'
  refusal: unknown = { error: 'invalid_token' }
  readonly #issuer: Issuer

  constructor(issuer: Issuer) {
    this.#issuer = issuer
  }

  add(name: string): void {
    this.rows.push({ id: this.rows.length + 1, name })
  }

  readonly handle: Handler = async (request, response) => {
    const received = await receive(request)
    const [scheme, token = ''] = received.authorization?.split(' ') ?? []
    if (scheme !== this.scheme || !this.#issuer.accepts(token)) {
      this.refused.push(received)
      return answerJson(response, 401, this.refusal, { 'www-authenticate': `${this.scheme} error="invalid_token"` })
    }
    this.served.push(received)
    const [, picture] = /\/pictures\/(\d+)\.svg$/.exec(received.path) ?? []
    if (picture !== undefined)
      return answerText(response, 200, lighthouse(Number(picture), true), { 'content-type': 'image/svg+xml' })
    answerJson(response, 200, this.rows)
  }
}
