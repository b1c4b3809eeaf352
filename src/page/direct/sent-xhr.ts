import type { Body, OpenedXhr } from '../intercept/interception.ts'

/** An XMLHttpRequest that the page has sent. */
export interface SentXhr {
  readonly xhr: XMLHttpRequest
  readonly entry: OpenedXhr
  readonly body: Body
  /** Bytes of the body, about. */
  readonly bytes: number
  /** Sends it by the worker. */
  readonly passOn: () => void
}
