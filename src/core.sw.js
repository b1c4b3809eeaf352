/** The entry of `bearer-worker.core.sw.js`: the worker and nothing else. */
import { listen } from './worker/listen.ts'

listen()
