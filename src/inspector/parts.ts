/** The elements of the inspector. What they show is set elsewhere. */
import { element } from './dom.ts'
import css from './inspector.css?inline'
import type { Kind } from './timeline.ts'

const SHORTCUT = 'Alt+Shift+W'

/** What runs when a part is used. */
export interface Does {
  toggle(this: void, open: boolean): void
  copy(this: void): void
  filter(this: void, words: string, kind: Kind): void
  escape(this: void, event: KeyboardEvent): void
}

export interface Parts {
  readonly pill: HTMLButtonElement
  readonly panel: HTMLElement
  readonly covered: HTMLElement
  /** Which service worker controls the page. */
  readonly controller: HTMLElement
  readonly copy: HTMLButtonElement
  readonly close: HTMLButtonElement
  /** A live region: what screen readers announce. */
  readonly live: HTMLElement
  readonly problem: HTMLElement
  readonly report: HTMLTextAreaElement
  readonly count: HTMLElement
  readonly empty: HTMLElement
  readonly scroll: HTMLElement
  /** The sections that are hidden while there is a problem. */
  readonly working: readonly HTMLElement[]
}

type Header = Pick<Parts, 'covered' | 'controller' | 'copy' | 'close'> & { readonly header: HTMLElement }
type Log = Pick<Parts, 'count' | 'empty' | 'scroll'> & { readonly content: readonly HTMLElement[] }

interface Content {
  readonly sessions: HTMLElement
  readonly explain: HTMLElement
}

export function buildParts(root: ShadowRoot, { sessions, explain }: Content, does: Does): Parts {
  const pill = buildPill(does)
  const { header, ...shown } = buildHeader(does)
  const problem = buildProblem()
  const report = buildReport()
  const { content, ...log } = buildLog(does)
  const live = element('p', { className: 'unseen' })
  live.setAttribute('role', 'status')

  const working = [
    section('Sessions', 'part', element('h3', { className: 'title' }, 'Sessions'), sessions),
    section(
      'Explain a request',
      'part',
      element('h3', { className: 'title' }, 'What would happen to this request?'),
      explain,
    ),
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
  return { pill, panel, ...shown, live, problem, report, ...log, working }
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
      title: `Close (${SHORTCUT}, Escape)`,
      ariaLabel: 'Close the inspector',
      onclick: () => does.toggle(false),
    },
    '✕',
  )
  const buttons = element('div', { className: 'buttons' }, copy, close)
  const controller = element('p', { className: 'controller' })
  const header = element('header', {}, element('h2', {}, 'Bearer Worker'), covered, controller, buttons)
  return { header, covered, controller, copy, close }
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

const KINDS: readonly (readonly [Kind, string])[] = [
  ['all', 'Everything'],
  ['request', 'Requests'],
  ['refresh', 'Refreshes'],
  ['trouble', 'Problems'],
]

/** The list of requests and refreshes, with its filter. */
function buildLog(does: Does): Log {
  const search = element('input', { type: 'search', placeholder: 'Filter', ariaLabel: 'Filter' })
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
