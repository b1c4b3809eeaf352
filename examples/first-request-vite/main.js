// #region api
import { bearerWorker } from 'bearer-worker'

await bearerWorker.ready
// #endregion

await fetch('/api/login', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ username: 'ada', password: 'correct horse battery staple' }),
})
const rows = await (await fetch('/api/rows')).json()
document.getElementById('rows').textContent = rows.map(({ name }) => name).join(', ')
