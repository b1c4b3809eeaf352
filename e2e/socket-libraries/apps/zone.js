import 'zone.js'
import { connect as connectPlainly } from './plain.js'

/** Angular's: it wraps WebSocket and its handlers, which run in the zone that they were set in. */
export function connect(url, show) {
  Zone.current
    .fork({ name: 'of the app' })
    .run(() => connectPlainly(url, (text) => show(`${text} in the zone ${Zone.current.name}`)))
}
