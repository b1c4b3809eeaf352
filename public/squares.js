/** One square for each request: hollow while it waits, filled when it has its answer. */
import { element } from './dom.js'

export function showSquares(box, requests) {
  box.replaceChildren(
    ...requests.map((request) => {
      const square = element('i', {})
      request.then(
        () => (square.dataset.state = 'answered'),
        () => (square.dataset.state = 'failed'),
      )
      return square
    }),
  )
}
