import { appwrite } from './appwrite.ts'
import { aspnetCoreIdentity } from './aspnet-core-identity.ts'
import { auth0 } from './auth0.ts'
import { baserow } from './baserow.ts'
import { betterAuth } from './better-auth.ts'
import { cognitoApi } from './cognito-api.ts'
import { cognitoHostedUi } from './cognito-hosted-ui.ts'
import { deviseJwt } from './devise-jwt.ts'
import { directus } from './directus.ts'
import { djangoOauthToolkit } from './django-oauth-toolkit.ts'
import { djangoSimpleJwt } from './django-simple-jwt.ts'
import { djRestAuth } from './dj-rest-auth.ts'
import { entraId } from './entra-id.ts'
import { fastapiUsers } from './fastapi-users.ts'
import { feathersjs } from './feathersjs.ts'
import { firebaseAuth } from './firebase-auth.ts'
import { flaskJwtExtended } from './flask-jwt-extended.ts'
import { google } from './google.ts'
import { graphql } from './graphql.ts'
import { keycloak } from './keycloak.ts'
import type { KnownServer } from './known-server.ts'
import { laravelJwtAuth } from './laravel-jwt-auth.ts'
import { laravelPassport } from './laravel-passport.ts'
import { laravelSanctum } from './laravel-sanctum.ts'
import { lemonldapNg } from './lemonldap-ng.ts'
import { matrix } from './matrix.ts'
import { nestjsBody, nestjsHeader } from './nestjs.ts'
import { nhost } from './nhost.ts'
import { nodeOauth2Server } from './node-oauth2-server.ts'
import { okta } from './okta.ts'
import { openidConnect } from './openid-connect.ts'
import { payload } from './payload.ts'
import { pocketbase } from './pocketbase.ts'
import { springAuthorizationServer } from './spring-authorization-server.ts'
import { strapi } from './strapi.ts'
import { supabase } from './supabase.ts'
import { wordpressJwtAuth } from './wordpress-jwt-auth.ts'
import { wordpressJwtAuthentication } from './wordpress-jwt-authentication.ts'

/** Servers of one kind, under the heading that documentation and `init --list` show. */
export interface ServerGroup {
  readonly title: string
  readonly servers: readonly KnownServer[]
}

export const SERVER_GROUPS: readonly ServerGroup[] = [
  {
    title: 'Identity providers and authorization servers',
    servers: [
      keycloak,
      auth0,
      entraId,
      okta,
      cognitoHostedUi,
      cognitoApi,
      google,
      springAuthorizationServer,
      lemonldapNg,
      djangoOauthToolkit,
      laravelPassport,
      openidConnect,
    ],
  },
  {
    title: 'Backends and content management',
    servers: [
      supabase,
      firebaseAuth,
      appwrite,
      nhost,
      pocketbase,
      directus,
      strapi,
      payload,
      baserow,
      wordpressJwtAuth,
      wordpressJwtAuthentication,
      matrix,
    ],
  },
  {
    title: 'Frameworks and libraries',
    servers: [
      betterAuth,
      nestjsBody,
      nestjsHeader,
      nodeOauth2Server,
      feathersjs,
      aspnetCoreIdentity,
      djangoSimpleJwt,
      djRestAuth,
      fastapiUsers,
      flaskJwtExtended,
      laravelSanctum,
      laravelJwtAuth,
      deviseJwt,
      graphql,
    ],
  },
]

/** Every known server, in the order in which they are listed. */
export const KNOWN_SERVERS: readonly KnownServer[] = SERVER_GROUPS.flatMap(({ servers }) => servers)
