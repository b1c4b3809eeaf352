import type { Entry, Explanation } from '../protocol.ts'
import { element } from './dom.ts'
import { place } from './url-parts.ts'
import type { Mood } from './wording.ts'

/** In the form until there is a request whose URL can stand there. */
const SOME_URL = '/api/rows'

/** Asks what would happen to a request, and why. */
export class ExplainForm {
  readonly node: HTMLFormElement
  /** The last answer, for the report. */
  explained: { readonly url: string; readonly explanation: Explanation } | undefined
  readonly #explain: (url: string, method: string) => Promise<Explanation>
  readonly #method = element(
    'select',
    { ariaLabel: 'Method' },
    ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((name) => element('option', {}, name)),
  )
  readonly #url = element('input', {
    type: 'text',
    inputMode: 'url',
    autocomplete: 'off',
    spellcheck: false,
    required: true,
    value: SOME_URL,
    ariaLabel: 'URL to explain',
  })
  readonly #answer = element('p', { className: 'explanation', hidden: true })
  #suggested = SOME_URL

  constructor(explain: (url: string, method: string) => Promise<Explanation>) {
    this.#explain = explain
    const status = element('div', {}, this.#answer)
    status.setAttribute('role', 'status')
    this.node = element(
      'form',
      { className: 'explain', onsubmit: (event: SubmitEvent) => void this.#submit(event) },
      element(
        'div',
        { className: 'fields' },
        this.#method,
        this.#url,
        element('button', { type: 'submit' }, 'Explain'),
      ),
      status,
    )
  }

  /** The form has the URL of a request that this site really makes, until somebody writes another. Oldest first. */
  suggest(entries: readonly Entry[]): void {
    const latest = entries.findLast(({ kind, outcome }) => kind === 'request' && outcome !== 'captured')
    const hasFocus = (this.node.getRootNode() as ShadowRoot).activeElement === this.#url
    if (!latest || hasFocus || this.#url.value !== this.#suggested) return
    const { host, path } = place(latest.url, location.origin)
    this.#url.value = this.#suggested = host ? latest.url : path
  }

  async #submit(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    try {
      const { href } = new URL(this.#url.value.trim(), document.baseURI)
      const explanation = await this.#explain(href, this.#method.value)
      this.explained = { url: href, explanation }
      this.#show(explanation.touched ? 'good' : 'plain', explanation)
    } catch (error) {
      this.#show('bad', { code: 'no answer', message: (error as Error).message })
    }
  }

  #show(mood: Mood, { code, message }: { readonly code: string; readonly message: string }): void {
    this.#answer.dataset['mood'] = mood
    this.#answer.replaceChildren(element('span', { className: 'stamp' }, code), ' ', message)
    this.#answer.hidden = false
  }
}
