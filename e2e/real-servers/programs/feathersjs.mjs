import { AuthenticationService, authenticate, JWTStrategy } from '@feathersjs/authentication'
import { hooks, LocalStrategy } from '@feathersjs/authentication-local'
import { feathers } from '@feathersjs/feathers'
import { bodyParser, cors, errorHandler, koa, parseAuthentication, rest } from '@feathersjs/koa'
import { MemoryService } from '@feathersjs/memory'
import { siteOrigin, tellWhere, user } from './listening.mjs'

const app = koa(feathers())
app.use(cors({ origin: siteOrigin }))
app.use(errorHandler())
app.use(parseAuthentication())
app.use(bodyParser())
app.configure(rest())

app.set('authentication', {
  secret: 'a secret of the tests',
  entity: 'user',
  service: 'users',
  authStrategies: ['jwt', 'local'],
  jwtOptions: { expiresIn: '1d' },
  local: { usernameField: 'email', passwordField: 'password' },
})
const authentication = new AuthenticationService(app)
authentication.register('jwt', new JWTStrategy())
authentication.register('local', new LocalStrategy())
app.use('authentication', authentication)

app.use('users', new MemoryService())
app.service('users').hooks({
  before: { create: [hooks.hashPassword('password')] },
  after: { all: [hooks.protect('password')] },
})

app.use('rows', { find: async () => [{ id: 1, name: 'Bell Rock' }] })
app.service('rows').hooks({ before: { all: [authenticate('jwt')] } })

await app.service('users').create(user)
tellWhere(await app.listen(0))
