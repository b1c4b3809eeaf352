/** The entry of `bearer-worker.sw.js`. */
import { listen } from './listen.ts'
import { importOAuthPart } from './oauth-part.ts'

listen({ authorizationServers: importOAuthPart })
