import { createRequire } from 'node:module'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { tellWhere, user } from './listening.mjs'
import { rowsApi } from './rows-api.mjs'
import { freePort, newFolder, startCommand } from './spawned.mjs'

const port = await freePort()
const endpoint = `http://localhost:${port}`
const program = createRequire(import.meta.url).resolve('cognito-local/lib/bin/start.js')
await startCommand([process.execPath, program], {
  cwd: newFolder('cognito-local'),
  env: { PORT: String(port), HOST: 'localhost' },
  ready: /running on/,
})

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
const api = rowsApi({
  isGood: (token) =>
    jwtVerify(token, keys).then(
      () => true,
      () => false,
    ),
})
api.listen(0, () => tellWhere(api, { endpoint, clientId: UserPoolClient.ClientId }))

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
