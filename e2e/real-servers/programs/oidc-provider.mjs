import { generateKeyPairSync, randomBytes } from 'node:crypto'
import express from 'express'
import Provider from 'oidc-provider'
import { siteOrigin, tellWhere } from './listening.mjs'

/** In which of its modes the server runs: `par`, `pairwise`, `path` or `eddsa`. */
const mode = process.env.MODE ?? ''
const path = mode === 'path' ? '/tenants/shop' : ''
const algorithm = mode === 'eddsa' ? 'EdDSA' : 'RS256'
const { privateKey } =
  algorithm === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('rsa', { modulusLength: 2048 })

const app = express()
const server = app.listen(0, () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const provider = new Provider(`http://localhost:${port}${path}`, configuration())
  serveApi(provider)
  app.get('/interaction/:uid', (request, response) =>
    provider.interactionFinished(request, response, { login: { accountId: 'ada' } }),
  )
  app.use(path || '/', provider.callback())
  tellWhere(server, { issuer: provider.issuer })
})

function configuration() {
  return {
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: algorithm, use: 'sig', kid: 'key' }] },
    clients: [
      {
        client_id: 'spa',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [`${siteOrigin}/signed-in`],
        id_token_signed_response_alg: algorithm,
        subject_type: mode === 'pairwise' ? 'pairwise' : 'public',
      },
    ],
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'EdDSA'] },
    scopes: ['openid', 'offline_access', 'rows'],
    subjectTypes: ['public', 'pairwise'],
    pairwiseIdentifier: (/** @type {any} */ _context, /** @type {string} */ id) => `pairwise-${id}`,
    rotateRefreshToken: mode !== 'pairwise',
    cookies: { keys: [randomBytes(16).toString('hex')] },
    findAccount: (/** @type {any} */ _context, /** @type {string} */ id) => ({
      accountId: id,
      claims: () => ({ sub: id }),
    }),
    issueRefreshToken: () => true,
    loadExistingGrant: async (/** @type {any} */ { oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: 'spa', accountId: 'ada' })
      grant.addOIDCScope('openid offline_access rows')
      await grant.save()
      return grant
    },
    clientBasedCORS: (/** @type {any} */ _context, /** @type {string} */ origin) => origin === siteOrigin,
    interactions: { url: (/** @type {any} */ _context, /** @type {any} */ { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: mode === 'par' },
    },
  }
}

/** `/rows` wants a good token; a test calls `/refuse` and `/end` as an administrator. @param {any} provider */
function serveApi(provider) {
  /** @type {Map<string, string>} tokens that the API has accepted, with their grants */
  const seen = new Map()
  const refused = new Set()
  app.use((_request, response, next) => {
    response.set({ 'access-control-allow-origin': siteOrigin, 'access-control-allow-headers': 'authorization' })
    next()
  })
  app.options('/rows', (_request, response) => void response.sendStatus(204))
  app.get('/rows', async (request, response) => {
    const value = request.headers.authorization?.replace('Bearer ', '') ?? ''
    const token = refused.has(value) ? undefined : await provider.AccessToken.find(value)
    if (!token) return void response.status(401).json({ error: 'invalid_token' })
    seen.set(value, token.grantId)
    response.json([{ id: 1, name: 'Bell Rock' }])
  })
  app.post('/refuse', (_request, response) => {
    for (const value of seen.keys()) refused.add(value)
    response.json({})
  })
  app.post('/end', async (_request, response) => {
    for (const grant of seen.values()) await provider.RefreshToken.revokeByGrantId(grant)
    response.json({})
  })
}
