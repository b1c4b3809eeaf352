import type { BearerWorker } from '../../src/page/bearer-worker.ts'
import { byFetch, serve } from './tab.ts'

declare const bearerWorker: BearerWorker

/** As a site uses it: the script tag is in the page, and a sign-in is a request like any other. */
serve({
  async ready() {
    if ((await bearerWorker.ready) !== 'worker') throw new Error('The worker does not cover this page.')
  },
  async signIn(lifetimeSeconds) {
    await fetch(`/sign-in?lifetime=${lifetimeSeconds}`, { method: 'POST' })
    const { state } = await bearerWorker.session()
    if (state !== 'active') throw new Error(`The session is ${state} after the sign-in.`)
  },
  ...byFetch(),
})
