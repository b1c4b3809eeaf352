/** Sites that are broken in one way each, by APIs and token endpoints: the doctor names the cause, and the cure. */
import { namesTheCause } from './broken-sites.ts'
import { TAG, configuration, cors, html, id, main } from './doctor-sites.ts'

const byCookie = (credentials: string) => ({
  ...main(),
  refresh: { url: `${id.origin}/token`, body: 'none', credentials },
})
const byMetadata = (metadata?: object) => ({
  resources: ['/api/*'],
  authorizationServer: { issuer: id.origin, clientId: 'spa', redirectUri: '/signed-in', ...(metadata && { metadata }) },
})

namesTheCause([
  [
    'the API answers no preflight',
    () => ({ ofApi: { 'OPTIONS /v1/': { status: 401 } } }),
    'preflight-status',
    /OPTIONS/,
  ],
  [
    'the API allows another origin',
    () => ({
      ofApi: {
        'OPTIONS /v1/': { status: 204, headers: cors({ 'access-control-allow-origin': 'https://www.example.com' }) },
      },
    }),
    'preflight-origin',
    /www\.example\.com/,
  ],
  [
    'the API does not allow authorization',
    () => ({
      ofApi: { 'OPTIONS /v1/': { status: 204, headers: cors({ 'access-control-allow-headers': 'content-type' }) } },
    }),
    'preflight-authorization',
    /Access-Control-Allow-Headers: authorization/,
  ],
  [
    'the API allows any header, which authorization is not',
    () => ({ ofApi: { 'OPTIONS /v1/': { status: 204, headers: cors({ 'access-control-allow-headers': '*' }) } } }),
    'preflight-authorization',
    /wildcard does not mean Authorization/,
  ],
  [
    'the API lets answers be kept',
    () => ({ ofApi: { '/v1/': { headers: { ...cors(), 'cache-control': 'public, max-age=60' } } } }),
    'cacheable-answer',
    /no-store/,
  ],
  [
    'the token endpoint does not let the site in',
    () => ({ ofId: { '/token': { status: 400 } } }),
    'token-endpoint-cors',
    /Access-Control-Allow-Origin/,
  ],
  [
    'the token endpoint allows no JSON',
    () => ({
      ofId: { 'OPTIONS /token': { status: 204, headers: cors({ 'access-control-allow-headers': 'authorization' }) } },
    }),
    'token-endpoint-cors',
    /content-type/,
  ],
  [
    'the token endpoint is elsewhere',
    () => ({ ofId: { '/token': { status: 404 } } }),
    'token-endpoint-missing',
    /sessions\.main\.refresh\.url/,
  ],
  [
    'the API answers with the start page',
    () => ({
      ofSite: { '/graphql': html(TAG), '/bearer-worker.json': configuration({ ...main(), resources: ['/graphql'] }) },
    }),
    'api-start-page',
    /start page.*resources\[0\] \/graphql/,
  ],
  [
    'the refresh answers with the start page',
    () => ({
      ofSite: {
        '/bearer-worker.json': configuration({ ...main(), refresh: { url: '/refresh', body: 'json' } }),
        '/refresh': html(TAG),
      },
    }),
    'token-endpoint-html',
    /the start page of the site.*sessions\.main\.refresh\.url/,
  ],
  [
    'the refresh answers with another page',
    () => ({ ofId: { '/token': { type: 'text/html', headers: cors(), body: '<h1>Sign in' } } }),
    'token-endpoint-html',
    /an HTML page/,
  ],
  [
    'a refresh by cookie goes to another origin, without the cookie',
    () => ({ ofSite: { '/bearer-worker.json': configuration(byCookie('same-origin')) } }),
    'refresh-credentials',
    /"credentials": "include"/,
  ],
  [
    'a refresh by cookie is not allowed to have cookies',
    () => ({ ofSite: { '/bearer-worker.json': configuration(byCookie('include')) } }),
    'token-endpoint-cors',
    /Let the server send Access-Control-Allow-Credentials: true\./,
  ],
  [
    'a refresh by cookie is answered with a wildcard',
    () => ({
      ofSite: { '/bearer-worker.json': configuration(byCookie('include')) },
      ofId: { '/token': { status: 401, headers: { 'access-control-allow-origin': '*' } } },
    }),
    'token-endpoint-cors',
    /send Access-Control-Allow-Origin: http.* and Access-Control-Allow-Credentials: true.*no wildcard/,
  ],
  [
    'the token endpoint does not allow the method',
    () => ({
      ofSite: {
        '/bearer-worker.json': configuration({
          ...main(),
          refresh: { url: `${id.origin}/token`, body: 'json', method: 'PUT' },
        }),
      },
    }),
    'token-endpoint-cors',
    /Access-Control-Allow-Methods: PUT/,
  ],
  [
    'the token endpoint of the metadata is missing',
    () => ({
      ofSite: { '/bearer-worker.json': configuration(byMetadata()) },
      ofId: {
        '/.well-known/openid-configuration': {
          headers: cors(),
          body: JSON.stringify({ issuer: id.origin, token_endpoint: `${id.origin}/gone` }),
        },
      },
    }),
    'token-endpoint-missing',
    /Correct the token_endpoint that the server publishes at .*openid-configuration/,
  ],
  [
    'the token endpoint that is written out is missing',
    () => ({
      ofSite: {
        '/bearer-worker.json': configuration(
          byMetadata({ authorization_endpoint: `${id.origin}/authorize`, token_endpoint: `${id.origin}/gone` }),
        ),
      },
    }),
    'token-endpoint-missing',
    /Correct sessions\.main\.authorizationServer\.metadata\.token_endpoint/,
  ],
])
