import * as Sentry from '@sentry/browser'
import { connect as connectPlainly } from './plain.js'

/** It wraps the listeners of every EventTarget, to see what they throw. */
export function connect(url, show) {
  Sentry.init({ dsn: undefined, integrations: [Sentry.browserApiErrorsIntegration({ eventTarget: true })] })
  connectPlainly(url, show)
}
