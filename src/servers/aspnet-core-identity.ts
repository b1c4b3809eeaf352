import { READ, posted, refused } from './exchanges.ts'
import { api, origin, below } from './inputs.ts'
import { defineServer, oneSession, type JsonObject } from './known-server.ts'
import { opaqueToken } from './made-up-tokens.ts'

const LIFETIME_SECONDS = 3600

export const aspnetCoreIdentity = defineServer({
  name: 'aspnet-core-identity',
  title: 'ASP.NET Core Identity, MapIdentityApi',
  inputs: {
    server: origin,
    group: {
      description: 'The path of the group that MapIdentityApi() is called on; empty for none.',
      example: '/identity',
      default: '',
    },
    api,
  },
  configuration: (inputs) => {
    const group = below(inputs.server, inputs.group)
    return oneSession({
      resources: [inputs.api],
      except: [`${group}/login`],
      capture: [`${group}/login`],
      tokenFields: {
        accessToken: 'accessToken',
        refreshToken: 'refreshToken',
        expiresIn: 'expiresIn',
        tokenType: 'tokenType',
      },
      refresh: { url: `${group}/refresh`, body: 'json', tokenField: 'refreshToken' },
    })
  },
  atTheServer: [
    'Call `AddIdentityApiEndpoints<TUser>()` and `MapIdentityApi<TUser>()`.',
    'Sign in without useCookies and useSessionCookies: with them there is no token in the answer.',
    'Set BearerTokenExpiration and RefreshTokenExpiration (BearerTokenOptions) as you need them: an hour and 14 days by default.',
  ],
  quirks: [
    'Tokens are opaque, and protected by the keys of the server: keep those keys, or a new deployment signs everybody out.',
    'A refresh brings a new refresh token; the old one stays valid until its time.',
    'A dead refresh token is answered with an empty 401.',
  ],
  cannot: ['Revocation at sign-out: tokens are valid until they end, or until the security stamp of the user changes.'],
  evidence: { kind: 'source code', version: 'ASP.NET Core 8 and later' },
  sources: [
    {
      title: 'ASP.NET Core: IdentityApiEndpointRouteBuilderExtensions',
      url: 'https://github.com/dotnet/aspnetcore/blob/0162f26cd9a0/src/Identity/Core/src/IdentityApiEndpointRouteBuilderExtensions.cs',
      read: READ,
    },
    {
      title: 'ASP.NET Core: BearerTokenHandler',
      url: 'https://github.com/dotnet/aspnetcore/blob/0dd53b0e62ae/src/Security/Authentication/BearerToken/src/BearerTokenHandler.cs',
      read: READ,
    },
  ],
  answers(inputs) {
    const group = below(inputs.server, inputs.group)
    const tokens = (number: 1 | 2): JsonObject => ({
      tokenType: 'Bearer',
      accessToken: opaqueToken(`access-${number}`),
      expiresIn: LIFETIME_SECONDS,
      refreshToken: opaqueToken(`refresh-${number}`),
    })
    const challenge = { 'www-authenticate': 'Bearer' }
    return {
      signIn: {
        by: 'capture',
        exchange: posted(`${group}/login`, { email: 'ada@example.com', password: 'lighthouse' }, tokens(1)),
      },
      refresh: posted(`${group}/refresh`, { refreshToken: opaqueToken('refresh-1') }, tokens(2)),
      refusal: refused(
        inputs.api,
        { authorization: `Bearer ${opaqueToken('access-1')}` },
        { status: 401, headers: challenge },
      ),
      ended: { status: 401, headers: challenge },
    }
  },
})
