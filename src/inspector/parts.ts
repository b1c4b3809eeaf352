/** What the inspector is made of; nothing here knows what it shows. */
import { element } from './dom.ts'
import css from './inspector.css?inline'
import type { Kind } from './timeline.ts'

const SHORTCUT = 'Alt+Shift+W'

/** What the parts do when they are used. */
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
  /** What a screen reader is told, politely. */
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
  /** What is of no use while there is a problem. */
  readonly working: readonly HTMLElement[]
}

export function buildParts(root: ShadowRoot, does: Does): Parts {
  const pill = element(
    'button',
    { type: 'button', className: 'pill', title: `Open the inspector (${SHORTCUT})`, onclick: () => does.toggle(true) },
    element('i', { ariaHidden: 'true' }),
    'Bearer Worker',
  )
  pill.setAttribute('aria-expanded', 'false')
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
  const live = element('p', { className: 'unseen' })
  live.setAttribute('role', 'status')
  const problem = element(
    'div',
    { className: 'problem', hidden: true },
    element('p'),
    element('p', { className: 'cure' }),
  )
  const report = element('textarea', {
    className: 'report',
    readOnly: true,
    hidden: true,
    rows: 8,
    ariaLabel: 'Report, without tokens',
  })
  const sessions = element('ul', { className: 'sessions' })

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
  const explain = element(
    'form',
    { className: 'explain', onsubmit: does.explain },
    element('div', { className: 'fields' }, method, url, element('button', { type: 'submit' }, 'Explain')),
    answer,
  )

  const search = element('input', { type: 'search', placeholder: 'path, status, session …', ariaLabel: 'Filter' })
  const kinds: readonly (readonly [Kind, string])[] = [
    ['all', 'Everything'],
    ['request', 'Requests'],
    ['refresh', 'Refreshes'],
    ['trouble', 'Trouble'],
  ]
  const kind = element(
    'select',
    { ariaLabel: 'Kind' },
    ...kinds.map(([value, text]) => element('option', { value }, text)),
  )
  search.oninput = kind.onchange = () => does.filter(search.value, kind.value as Kind)
  const count = element('span', { className: 'count' }, '0')
  const empty = element('p', { className: 'empty' })
  const scroll = element('div', { className: 'scroll' })

  const part = (title: string, className: string, ...content: readonly Node[]) =>
    element('section', { className, ariaLabel: title }, ...content)
  const ofSessions = part('Sessions', 'part', element('h3', { className: 'title' }, 'Sessions'), sessions)
  const ofExplain = part(
    'Explain a URL',
    'part',
    element('h3', { className: 'title' }, 'What would happen to'),
    explain,
  )
  const ofEntries = part(
    'Requests and refreshes',
    'part log',
    element('div', { className: 'tools' }, element('h3', { className: 'title' }, 'Requests ', count), search, kind),
    empty,
    scroll,
  )

  const header = element(
    'header',
    {},
    element('h2', {}, 'Bearer Worker'),
    covered,
    element('div', { className: 'buttons' }, copy, close),
  )
  const body = element('div', { className: 'body' }, problem, report, ofSessions, ofExplain, ofEntries)
  const panel = element(
    'section',
    { className: 'panel', ariaLabel: 'Bearer Worker inspector', tabIndex: -1, hidden: true, onkeydown: does.escape },
    header,
    body,
    live,
  )

  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  // A sheet that is constructed needs nothing of the page's Content-Security-Policy.
  root.adoptedStyleSheets = [sheet]
  root.append(pill, panel)
  return {
    pill,
    panel,
    covered,
    copy,
    close,
    live,
    problem,
    report,
    sessions,
    method,
    url,
    explanation,
    count,
    empty,
    scroll,
    working: [ofSessions, ofExplain, ofEntries],
  }
}
