/** Small helpers for the pages of the demo. */

export function part(node, name) {
  return node.querySelector(`[data-${name}]`)
}

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

/** Shows the result of an action below it. */
export function result(card, words, mood = 'good') {
  const line = part(card, 'result')
  line.textContent = words
  line.dataset.mood = mood
}

/** Runs an action of a button once at a time, and shows what it returns, or its error. */
export async function attempt(card, button, work) {
  if (button.ariaBusy === 'true') return
  button.ariaBusy = 'true'
  result(card, '')
  try {
    const words = await work()
    if (words) result(card, words)
  } catch (error) {
    result(card, wordsOf(error), 'bad')
  } finally {
    button.ariaBusy = null
  }
}

/** `fetch` rejects with a TypeError where no answer came. */
export function wordsOf(error) {
  return error instanceof TypeError
    ? 'The server did not answer. Is npm start still running? You stay signed in.'
    : error.message
}

export function on(card, action, work) {
  const button = card.querySelector(`[data-do="${action}"]`)
  button.addEventListener('click', () => attempt(card, button, work))
}
