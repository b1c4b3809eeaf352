import { documentationOf } from '../documentation.ts'
import { KNOWN_SERVERS } from '../../servers/index.ts'
import type { KnownServer } from '../../servers/known-server.ts'
import { UsageError } from '../exit.ts'
import { nearest, plain } from '../nearest.ts'

/** Words that people use for a server whose name here is another. */
const ALSO_CALLED: Readonly<Record<string, string>> = {
  azure: 'entra-id',
  azuread: 'entra-id',
  entra: 'entra-id',
  msal: 'entra-id',
  cognito: 'cognito-hosted-ui',
  amplify: 'cognito-api',
  firebase: 'firebase-auth',
  gcp: 'google',
  hasura: 'nhost',
  simplejwt: 'django-simple-jwt',
  drf: 'django-simple-jwt',
  django: 'django-simple-jwt',
  fastapi: 'fastapi-users',
  flask: 'flask-jwt-extended',
  nestjs: 'nestjs-body',
  nest: 'nestjs-body',
  feathers: 'feathersjs',
  aspnet: 'aspnet-core-identity',
  dotnet: 'aspnet-core-identity',
  spring: 'spring-authorization-server',
  laravel: 'laravel-passport',
  passport: 'laravel-passport',
  sanctum: 'laravel-sanctum',
  jwtauth: 'laravel-jwt-auth',
  devise: 'devise-jwt',
  rails: 'devise-jwt',
  wordpress: 'wordpress-jwt-auth',
  lemonldap: 'lemonldap-ng',
  synapse: 'matrix',
  apollo: 'graphql',
}

/** The known server of this name; case and separators do not matter. */
export function findServer(name: string): KnownServer {
  const names = KNOWN_SERVERS.map((server) => server.name)
  const found = KNOWN_SERVERS.find((server) => plain(server.name) === plain(name))
  if (found) return found
  const meant = Object.hasOwn(ALSO_CALLED, plain(name)) ? ALSO_CALLED[plain(name)] : suggestion(name, names)
  const first = meant === undefined ? '' : ` Did you mean --for ${meant}?`
  throw new UsageError(
    `No server called "${name}" is known.${first} npx bearer-worker init --list has them all. With OpenID Connect, any server is --for openid-connect. Any other can be described by hand: leave --for out, and see ${documentationOf('describe-a-server.md')}.`,
  )
}

/** A name that is close, or that the word is the beginning of. */
const suggestion = (name: string, names: readonly string[]): string | undefined =>
  nearest(name, names) ?? names.find((each) => plain(name).length > 2 && plain(each).startsWith(plain(name)))
