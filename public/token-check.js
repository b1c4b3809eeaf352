/**
 * Tries to find tokens in this page, as a script of the page could. It takes the tokens from the worker's store, which
 * such a script can open, and searches for each of them in everything that the page works with.
 */
import { readStore } from './store.js'

/** What passed through this page, as texts. The last ones are enough: each search looks at them anew. */
const passed = []
const MOST_TEXTS = 500
/** Every token that the store had since this page was opened. */
const tokens = new Set()

/** From now on, sees what a script sees that has wrapped `fetch` and listens to messages and events. */
export function watch({ bearerWorker, navigator }) {
  const { fetch } = window
  window.fetch = async (...request) => {
    note(textOf(request))
    const response = await fetch(...request)
    note(JSON.stringify([...response.headers]))
    void response
      .clone()
      .text()
      .then(note, () => {})
    return response
  }
  navigator.serviceWorker?.addEventListener('message', ({ data }) => note(textOf(data)))
  for (const type of ['sessionchange', 'request', 'refresh'])
    bearerWorker.addEventListener(type, ({ detail }) => note(textOf(detail)))
}

/** Counts the tokens that are found in the page and in the store, and says how many texts were searched. */
export async function search() {
  const stored = tokensIn([...(await readStore()).values()])
  for (const token of stored) tokens.add(token)
  const texts = [
    ...passed,
    textOf(await window.bearerWorker.history()),
    textOf(await window.bearerWorker.sessions()),
    JSON.stringify({ ...localStorage }),
    JSON.stringify({ ...sessionStorage }),
    document.cookie,
    document.documentElement.outerHTML,
    ...[...document.querySelectorAll('*')].map(({ shadowRoot }) => shadowRoot?.innerHTML ?? ''),
    ...performance.getEntries().map(({ name }) => name),
    ...Object.keys(window).map((name) => textOf(window[name])),
  ]
  const found = [...tokens].filter((token) => texts.some((text) => text.includes(token)))
  return { inPage: found.length, inStore: stored.size, searched: texts.length }
}

function note(text) {
  passed.push(text)
  if (passed.length > MOST_TEXTS) passed.shift()
}

/** What JSON can say of a value. Elements and windows are not followed: the document is searched as a whole. */
function textOf(value) {
  // A frame of another origin, such as the vault, says nothing of itself.
  if (isForeign(value)) return ''
  try {
    return JSON.stringify(value, (_, each) => (each instanceof Node || each?.window === each ? undefined : each)) ?? ''
  } catch {
    return String(value)
  }
}

function isForeign(value) {
  try {
    return value?.window === value && value.document === undefined
  } catch {
    return true
  }
}

/** Every text below a key that is named after a token: accessToken, refreshToken, idToken. */
function tokensIn(value, found = new Set()) {
  for (const [key, each] of Object.entries(value ?? {})) {
    if (typeof each === 'string' && /token$/i.test(key)) found.add(each)
    else if (typeof each === 'object') tokensIn(each, found)
  }
  return found
}
