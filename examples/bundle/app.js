import { bearerWorker } from 'bearer-worker'

bearerWorker.start({ worker: '/bearer-worker.sw.js', page: '/assets/bearer-worker.page.js' })
