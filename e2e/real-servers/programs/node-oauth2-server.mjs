import OAuth2Server from '@node-oauth/oauth2-server'
import express from 'express'
import { siteOrigin, tellWhere, user } from './listening.mjs'

const { Request, Response } = OAuth2Server
const client = { id: 'spa', grants: ['password', 'refresh_token'] }
/** @type {Map<string, any>} */
const tokens = new Map()

const server = new OAuth2Server({
  model: {
    getClient: async (/** @type {string} */ id) => id === client.id && client,
    getUser: async (/** @type {string} */ name, /** @type {string} */ password) =>
      name === user.email && password === user.password && { id: 'ada' },
    saveToken: async (/** @type {any} */ token, /** @type {any} */ ofClient, /** @type {any} */ ofUser) => {
      const saved = { ...token, client: ofClient, user: ofUser }
      tokens.set(token.accessToken, saved)
      tokens.set(token.refreshToken, saved)
      return saved
    },
    getAccessToken: async (/** @type {string} */ token) => tokens.get(token),
    getRefreshToken: async (/** @type {string} */ token) => tokens.get(token),
    revokeToken: async (/** @type {any} */ { refreshToken }) => tokens.delete(refreshToken),
  },
  requireClientAuthentication: { password: false, refresh_token: false },
})

const app = express()
app.use((request, response, next) => {
  response.set({
    'access-control-allow-origin': siteOrigin,
    'access-control-allow-headers': 'authorization,content-type',
  })
  if (request.method === 'OPTIONS') response.sendStatus(204)
  else next()
})
app.use(express.urlencoded())
app.post('/oauth/token', async (request, response) => answer(response, (req, res) => server.token(req, res), request))
app.get('/rows', async (request, response) => {
  const refused = await answer(response, (req, res) => server.authenticate(req, res), request, true)
  if (!refused) response.json([{ id: 1, name: 'Bell Rock' }])
})
/** What an administrator does: the refresh token is no longer good. */
app.post('/revoke', (request, response) => {
  tokens.delete(request.body.token)
  response.json({})
})

/** Hands the request to the library and sends its answer; with `refusalOnly`, only where it is one. */
async function answer(response, handle, request, refusalOnly = false) {
  const answered = new Response(response)
  let failed
  try {
    await handle(new Request(request), answered)
  } catch (error) {
    failed = error
    answered.status = error.code
    answered.body = { error: error.name, error_description: error.message }
  }
  if (failed || !refusalOnly) response.status(answered.status).set(answered.headers).json(answered.body)
  return failed !== undefined
}

const listening = app.listen(0, () => tellWhere(listening))
