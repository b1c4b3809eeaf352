/** The entry of `bearer-worker.oauth.js`. The build makes a function of it, which the worker or the page that has loaded the file calls. */
import { authorizationServers } from './authorization-servers.ts'

export const { part } = authorizationServers
