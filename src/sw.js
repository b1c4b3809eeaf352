/** The entry of `bearer-worker.sw.js`: a worker, or, loaded as a script, what a page needs where no worker can run. */
import { offer } from './in-page/offer.ts'
import { listen } from './worker/listen.ts'

if ('skipWaiting' in globalThis) listen()
else offer()
