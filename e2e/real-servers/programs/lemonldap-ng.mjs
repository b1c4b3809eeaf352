import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { siteOrigin, tellWhere } from './listening.mjs'
import { rowsApi } from './rows-api.mjs'
import { freePort, newFolder, startCommand } from './spawned.mjs'

const port = await freePort()
// Its cookie names a domain, which browsers refuse for "localhost".
const portal = `http://auth.shop.localhost:${port}/`
const folder = newFolder('lemonldap-ng')
const sessions = join(folder, 'sessions')
const persistent = join(folder, 'persistent')
for (const each of [sessions, persistent]) mkdirSync(join(each, 'lock'), { recursive: true })
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

const storage = (/** @type {string} */ Directory) => ({
  Directory,
  LockDirectory: join(Directory, 'lock'),
  generateModule: 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256',
})
const relyingParty = {
  ClientID: 'spa',
  Public: 1,
  RequirePKCE: 1,
  RefreshToken: 1,
  BypassConsent: 1,
  LogoutBypassConfirm: 1,
  IDTokenSignAlg: 'RS256',
  RedirectUris: `${siteOrigin}/signed-in`,
  PostLogoutRedirectUris: `${siteOrigin}/`,
  AccessTokenExpiration: 600,
}
const configuration = {
  cfgNum: 1,
  cfgDate: Math.floor(Date.now() / 1000),
  portal,
  domain: 'shop.localhost',
  cookieName: 'lemonldap',
  securedCookie: 0,
  key: 'a key of the tests',
  authentication: 'Demo',
  userDB: 'Same',
  passwordDB: 'Demo',
  registerDB: 'Null',
  demoExportedVars: { cn: 'cn', mail: 'mail', uid: 'uid' },
  whatToTrace: 'uid',
  globalStorage: 'Apache::Session::File',
  globalStorageOptions: storage(sessions),
  persistentStorage: 'Apache::Session::File',
  persistentStorageOptions: storage(persistent),
  issuerDBOpenIDConnectActivation: 1,
  oidcServiceMetaDataIssuer: portal,
  oidcServicePrivateKeySig: privateKey,
  oidcServicePublicKeySig: publicKey,
  oidcServiceKeyIdSig: 'key',
  oidcRPMetaDataOptions: {
    shop: Object.fromEntries(
      Object.entries(relyingParty).map(([name, value]) => [`oidcRPMetaDataOptions${name}`, value]),
    ),
  },
  oidcRPMetaDataExportedVars: { shop: { email: 'mail', name: 'cn' } },
  locationRules: { 'auth.shop.localhost': { default: 'accept' } },
  corsEnabled: 1,
  corsAllow_Origin: siteOrigin,
  corsAllow_Headers: '*',
  requireToken: 0,
}
writeFileSync(join(folder, 'lmConf-1.json'), JSON.stringify(configuration))
const ini = join(folder, 'lemonldap-ng.ini')
const templates = '/usr/share/lemonldap-ng/portal/templates'
writeFileSync(
  ini,
  `[all]
logLevel = warn
[configuration]
type = File
dirName = ${folder}
[portal]
templateDir = ${templates}
staticPrefix = /static
`,
)
const app = join(folder, 'portal.psgi')
writeFileSync(
  app,
  `use Plack::Builder;
use Lemonldap::NG::Portal::Main;
builder {
  enable 'Static', path => sub { s!^/static/!! }, root => '/usr/share/lemonldap-ng/portal/htdocs/static';
  enable 'Static', path => sub { s!^/javascript/!! }, root => '/usr/share/javascript';
  Lemonldap::NG::Portal::Main->run();
};
`,
)
await startCommand(['/usr/bin/plackup', '--host', 'localhost', '--port', String(port), app], {
  cwd: folder,
  env: { LLNG_DEFAULTCONFFILE: ini },
  ready: /Accepting connections/,
})

const api = rowsApi({
  // The server tells everybody who has a good token whose it is.
  isGood: async (token) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`http://localhost:${port}/oauth2/userinfo`, { headers })).ok
  },
  // As an administrator does: the session of the user, with what hangs on it.
  end: async () => {
    for (const name of readdirSync(sessions)) if (name !== 'lock') rmSync(join(sessions, name))
    return {}
  },
})
api.listen(0, () => tellWhere(api, { issuer: portal }))
