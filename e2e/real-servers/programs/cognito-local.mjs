import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { siteOrigin, tellWhere, user } from './listening.mjs'

const port = await freePort()
const endpoint = `http://localhost:${port}`
const program = createRequire(import.meta.url).resolve('cognito-local/lib/bin/start.js')
const cognito = spawn(process.execPath, [program], {
  cwd: mkdtempSync(join(tmpdir(), 'cognito-local-')),
  env: { ...process.env, PORT: String(port), HOST: 'localhost' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
process.on('exit', () => cognito.kill())
process.on('SIGTERM', () => process.exit())
for await (const line of cognito.stdout) if (String(line).includes('running on')) break

const { UserPool } = await call('CreateUserPool', { PoolName: 'shop' })
const { UserPoolClient } = await call('CreateUserPoolClient', { UserPoolId: UserPool.Id, ClientName: 'spa' })
const ada = { UserPoolId: UserPool.Id, Username: user.email }
await call('AdminCreateUser', {
  ...ada,
  MessageAction: 'SUPPRESS',
  UserAttributes: [{ Name: 'email', Value: user.email }],
})
await call('AdminSetUserPassword', { ...ada, Password: user.password, Permanent: true })

const keys = createRemoteJWKSet(new URL(`${endpoint}/${UserPool.Id}/.well-known/jwks.json`))
const api = createServer(async (request, response) => {
  response.setHeader('access-control-allow-origin', siteOrigin)
  response.setHeader('access-control-allow-headers', 'authorization')
  if (request.method === 'OPTIONS') return void response.writeHead(204).end()
  const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
  const isGood = await jwtVerify(token, keys).then(
    () => true,
    () => false,
  )
  response.writeHead(isGood ? 200 : 401, { 'content-type': 'application/json' })
  response.end(JSON.stringify(isGood ? [{ id: 1, name: 'Bell Rock' }] : { message: 'Unauthorized' }))
}).listen(0, () => tellWhere(api, { endpoint, clientId: UserPoolClient.ClientId }))

/** @param {string} operation @param {object} parameters */
async function call(operation, parameters) {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    },
    body: JSON.stringify(parameters),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(`${operation}: ${JSON.stringify(answer)}`)
  return answer
}

async function freePort() {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  server.close()
  return port
}
