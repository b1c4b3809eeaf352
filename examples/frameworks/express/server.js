import { join } from 'node:path'
import express from 'express'

const app = express()
const folder = join(import.meta.dirname, 'public')

// #region express
// Scripts and configuration are asked for again at each load; everything else may be cached as you like.
const headers = (response, path) => {
  if (/bearer-worker[^/]*$/.test(path)) response.set('Cache-Control', 'no-cache')
}
app.use(express.static(folder, { setHeaders: headers }))
// A deep link gets the app, a path with an extension does not: the worker's URL must not answer with HTML.
app.get(/^[^.]*$/, (_, response) => response.sendFile(join(folder, 'index.html')))
// #endregion

app.listen(process.env.PORT)
