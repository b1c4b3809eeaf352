import express from 'express'

const app = express()
// #region express
app.get('/settings/tokens.json', (_, response, next) => {
  response.set('Bearer-Worker-Configuration', '1')
  next()
})
app.use(express.static('public'))
// #endregion
app.use(express.static(process.env.DIST ?? 'node_modules/bearer-worker/dist'))
const server = app.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`http://localhost:${server.address().port}/`)
})
