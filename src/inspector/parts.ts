/** The elements of the inspector. What they show is set elsewhere. */
import { element } from './dom.ts'
import css from './inspector.css?inline'
import type { Kind } from './timeline.ts'

const SHORTCUT = 'Alt+Shift+W'

/** What runs when a part is used. */
export interface Does {
  toggle(this: void, open: boolean): void
  copy(this: void): void
  explain(this: void, event: SubmitEvent): void
  filter(this: void, words: string, kind: Kind): void
  escape(this: void, event: KeyboardEvent): void
}

export interface Parts {
  readonly pill: HTMLButtonElement
  readonly panel: HTMLElement
  readonly covered: HTMLElement
  readonly copy: HTMLButtonElement
  readonly close: HTMLButtonElement
  /** A live region: what screen readers announce. */
  readonly live: HTMLElement
  readonly problem: HTMLElement
  readonly report: HTMLTextAreaElement
  readonly sessions: HTMLElement
  readonly method: HTMLSelectElement
  readonly url: HTMLInputElement
  readonly explanation: HTMLElement
  readonly count: HTMLElement
  readonly empty: HTMLElement
  readonly scroll: HTMLElement
  /** The sections that are hidden while there is a problem. */
  readonly working: readonly HTMLElement[]
}

type Header = Pick<Parts, 'covered' | 'copy' | 'close'> & { readonly header: HTMLElement }
type ExplainForm = Pick<Parts, 'method' | 'url' | 'explanation'> & { readonly form: HTMLElement }
type Log = Pick<Parts, 'count' | 'empty' | 'scroll'> & { readonly content: readonly HTMLElement[] }

export function buildParts(root: ShadowRoot, does: Does): Parts {
  const pill = buildPill(does)
  const { header, covered, copy, close } = buildHeader(does)
  const problem = buildProblem()
  const report = buildReport()
  const sessions = element('ul', { className: 'sessions' })
  const { form, ...explain } = buildExplainForm(does)
  const { content, ...log } = buildLog(does)
  const live = element('p', { className: 'unseen' })
  live.setAttribute('role', 'status')

  const working = [
    section('Sessions', 'part', element('h3', { className: 'title' }, 'Sessions'), sessions),
    section('Explain a URL', 'part', element('h3', { className: 'title' }, 'What would happen to'), form),
    section('Requests and refreshes', 'part log', ...content),
  ]
  const body = element('div', { className: 'body' }, problem, report, ...working)
  const panel = element(
    'section',
    { className: 'panel', ariaLabel: 'Bearer Worker inspector', tabIndex: -1, hidden: true, onkeydown: does.escape },
    header,
    body,
    live,
  )

  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  // The page's Content-Security-Policy does not apply to a constructed style sheet.
  root.adoptedStyleSheets = [sheet]
  root.append(pill, panel)
  return { pill, panel, covered, copy, close, live, problem, report, sessions, ...explain, ...log, working }
}

/** The button that opens the panel. */
function buildPill(does: Does): HTMLButtonElement {
  const pill = element(
    'button',
    { type: 'button', className: 'pill', title: `Open the inspector (${SHORTCUT})`, onclick: () => does.toggle(true) },
    element('i', { ariaHidden: 'true' }),
    'Bearer Worker',
  )
  pill.setAttribute('aria-expanded', 'false')
  return pill
}

function buildHeader(does: Does): Header {
  const covered = element('span', { className: 'covered' }, 'waiting')
  const copy = element('button', { type: 'button', className: 'small', onclick: does.copy }, 'Copy report')
  const close = element(
    'button',
    {
      type: 'button',
      className: 'small close',
      title: `Fold (${SHORTCUT}, Escape)`,
      ariaLabel: 'Fold the inspector',
      onclick: () => does.toggle(false),
    },
    '✕',
  )
  const buttons = element('div', { className: 'buttons' }, copy, close)
  const header = element('header', {}, element('h2', {}, 'Bearer Worker'), covered, buttons)
  return { header, covered, copy, close }
}

function buildProblem(): HTMLElement {
  return element('div', { className: 'problem', hidden: true }, element('p'), element('p', { className: 'cure' }))
}

function buildReport(): HTMLTextAreaElement {
  return element('textarea', {
    className: 'report',
    readOnly: true,
    hidden: true,
    rows: 8,
    ariaLabel: 'Report, without tokens',
  })
}

function buildExplainForm(does: Does): ExplainForm {
  const method = element(
    'select',
    { ariaLabel: 'Method' },
    ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((name) => element('option', {}, name)),
  )
  const url = element('input', {
    type: 'text',
    inputMode: 'url',
    autocomplete: 'off',
    spellcheck: false,
    required: true,
    placeholder: '/api/rows',
    ariaLabel: 'URL to explain',
  })
  const explanation = element('p', { className: 'explanation', hidden: true })
  const answer = element('div', {}, explanation)
  answer.setAttribute('role', 'status')
  const form = element(
    'form',
    { className: 'explain', onsubmit: does.explain },
    element('div', { className: 'fields' }, method, url, element('button', { type: 'submit' }, 'Explain')),
    answer,
  )
  return { form, method, url, explanation }
}

const KINDS: readonly (readonly [Kind, string])[] = [
  ['all', 'Everything'],
  ['request', 'Requests'],
  ['refresh', 'Refreshes'],
  ['trouble', 'Trouble'],
]

/** The list of requests and refreshes, with its filter. */
function buildLog(does: Does): Log {
  const search = element('input', { type: 'search', placeholder: 'path, status, session …', ariaLabel: 'Filter' })
  const kind = element(
    'select',
    { ariaLabel: 'Kind' },
    ...KINDS.map(([value, text]) => element('option', { value }, text)),
  )
  search.oninput = kind.onchange = () => does.filter(search.value, kind.value as Kind)
  const count = element('span', { className: 'count' }, '0')
  const title = element('h3', { className: 'title' }, 'Requests ', count)
  const tools = element('div', { className: 'tools' }, title, search, kind)
  const empty = element('p', { className: 'empty' })
  const scroll = element('div', { className: 'scroll' })
  return { content: [tools, empty, scroll], count, empty, scroll }
}

function section(title: string, className: string, ...content: readonly Node[]): HTMLElement {
  return element('section', { className, ariaLabel: title }, ...content)
}
