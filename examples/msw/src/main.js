// #region start
import { bearerWorker } from 'bearer-worker'
import { mocks } from './mocks.js'

// First: mocks.start() takes longer than the page on a first visit, and by its end Bearer Worker has to be started.
bearerWorker.start({ worker: '/bearer-worker/bearer-worker.sw.js', scope: '/' })
await mocks.start({ onUnhandledRequest: 'bypass' })
console.assert((await bearerWorker.ready) === 'page')

await bearerWorker.setTokens({ access_token: 'stale', refresh_token: 'ada', token_type: 'Bearer', expires_in: 600 })
// #endregion

const byId = (id) => document.getElementById(id)
byId('state').textContent = await bearerWorker.ready
byId('load').addEventListener('click', async () => {
  const response = await fetch('/api/rows')
  if (response.ok)
    byId('rows').replaceChildren(
      ...(await response.json()).map(({ name }) => Object.assign(document.createElement('li'), { textContent: name })),
    )
})
