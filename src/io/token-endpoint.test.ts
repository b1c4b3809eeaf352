import { expect, test } from 'vitest'
import type { Api } from '../policy/api-tokens.ts'
import { readConfiguration } from '../policy/configuration.ts'
import { signOutByRequest } from './revocation.ts'
import { callTokenEndpoint } from './token-endpoint.ts'

/** What is sent for a part of a session, as a server gets it. */
async function sentBy(part: { refresh: object } | { signOut: object }, secrets: object, api?: Api) {
  const read = readConfiguration({ sessions: { main: { resources: ['/api/*'], ...part } } })
  if (read.kind === 'bad') throw new Error(JSON.stringify(read.issues))
  const { refresh, signOut } = read.configuration.sessions[0]!
  const requests: Request[] = []
  const calling = {
    base: 'https://app.example.com',
    api,
    gaveUp: new AbortController().signal,
    fetch: async (url: RequestInfo | URL, init?: RequestInit) => {
      requests.push(new Request(url, init))
      return new Response('{}')
    },
  }
  if (refresh && !refresh.by) await callTokenEndpoint(refresh, secrets, calling)
  if (signOut) await signOutByRequest(signOut, secrets, calling)
  const { method, url, headers, credentials, redirect, cache } = requests[0]!
  expect({ requests: requests.length, redirect, cache }).toEqual({ requests: 1, redirect: 'error', cache: 'no-store' })
  return {
    line: `${method} ${url}`,
    headers: Object.fromEntries(headers),
    body: await requests[0]!.text(),
    credentials,
  }
}

const url = '/refresh'
const tokens = { refreshToken: 'rt', accessToken: 'at' }
const json = { 'content-type': 'application/json', accept: 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8', accept: 'application/json' }

test.each<readonly [string, object, object, object]>([
  [
    'RFC 6749 section 6',
    { url, clientId: 'spa' },
    form,
    { body: 'grant_type=refresh_token&refresh_token=rt&client_id=spa' },
  ],
  ['JSON', { url, body: 'json', tokenField: 'refresh' }, json, { body: '{"refresh":"rt"}' }],
  [
    'a cookie',
    { url, method: 'GET', body: 'none', credentials: 'include' },
    {},
    { line: 'GET https://app.example.com/refresh', body: '', credentials: 'include' },
  ],
  ['PUT', { url, method: 'PUT', body: 'json' }, json, { line: 'PUT https://app.example.com/refresh' }],
  [
    'PATCH, whose name fetch does not write in upper case by itself',
    { url, method: 'PATCH', body: 'json' },
    json,
    { line: 'PATCH https://app.example.com/refresh' },
  ],
  [
    'the refresh token in a header (Flask-JWT-Extended)',
    { url, body: 'none', headers: { Authorization: 'Bearer {refreshToken}' } },
    { authorization: 'Bearer rt' },
    { body: '' },
  ],
  [
    'the access token that renews itself (jwt-auth)',
    { url, body: 'none', headers: { Authorization: 'Bearer {accessToken}' } },
    { authorization: 'Bearer at' },
    { body: '' },
  ],
  [
    'both tokens in the body (ASP.NET): tokenField is not added',
    { url, body: 'json', parameters: { accessToken: '{accessToken}', refreshToken: '{refreshToken}' } },
    json,
    { body: '{"accessToken":"at","refreshToken":"rt"}' },
  ],
  [
    'nested parameters (Cognito), and its content type once',
    {
      url,
      body: 'json',
      headers: { 'Content-Type': 'application/x-amz-json-1.1' },
      parameters: { AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: '{refreshToken}' } },
    },
    { ...json, 'content-type': 'application/x-amz-json-1.1' },
    { body: '{"AuthFlow":"REFRESH_TOKEN_AUTH","AuthParameters":{"REFRESH_TOKEN":"rt"}}' },
  ],
  [
    'a form that needs encoding',
    { url, parameters: { refresh_token: '{refreshToken}&=', grant_type: 'own' } },
    form,
    { body: 'grant_type=own&refresh_token=rt%26%3D' },
  ],
  [
    'headers of any case',
    { url, headers: { ACCEPT: 'a/b', 'content-TYPE': 'text/x' } },
    { accept: 'a/b', 'content-type': 'text/x' },
    {},
  ],
])('a refresh sends %s', async (_, refresh, headers, others) => {
  expect(await sentBy({ refresh }, tokens)).toMatchObject({ ...others, headers })
  expect((await sentBy({ refresh }, tokens)).headers).toEqual(headers)
})

test('a refresh token in a cookie, with a body (Directus): no empty field goes along', async () => {
  const refresh = { url, body: 'json', credentials: 'include', parameters: { mode: 'cookie' } }
  expect((await sentBy({ refresh }, { accessToken: 'at' })).body).toBe('{"mode":"cookie"}')
})

test.each<readonly [string, object, object, object]>([
  [
    'JSON (Directus)',
    { url, body: 'json', parameters: { refresh_token: '{refreshToken}' } },
    json,
    { body: '{"refresh_token":"rt"}' },
  ],
  [
    'DELETE with the access token (Devise)',
    { url, method: 'DELETE', headers: { Authorization: 'Bearer {accessToken}' } },
    { authorization: 'Bearer at' },
    { line: 'DELETE https://app.example.com/refresh', body: '' },
  ],
  [
    'a form',
    { url, parameters: { token: '{accessToken}' }, credentials: 'same-origin' },
    form,
    { body: 'token=at', credentials: 'same-origin' },
  ],
])('a sign-out sends %s', async (_, signOut, headers, others) => {
  const sent = await sentBy({ signOut }, tokens)
  expect(sent).toMatchObject(others)
  expect(sent.headers).toEqual(headers)
})

test('a cookie that the server has set cannot inject a header', async () => {
  const refresh = { url, headers: { 'X-CSRF': '{cookie:csrf}' } }
  const { headers } = await sentBy({ refresh }, { ...tokens, cookies: { csrf: 'a%0D%0AX-Injected: 1' } })
  expect(headers).toEqual(form)
})

test.each<readonly [string, object, object, string]>([
  [
    'a form',
    { url, clientId: 'spa' },
    { resource: 'https://graph.example.com', scope: 'mail.read' },
    'grant_type=refresh_token&refresh_token=rt&client_id=spa&resource=https%3A%2F%2Fgraph.example.com&scope=mail.read',
  ],
  ['JSON', { url, body: 'json' }, { resource: 'graph' }, '{"refresh_token":"rt","resource":"graph"}'],
  [
    'in place of what "parameters" say for the token of the session',
    { url, parameters: { scope: 'rows', tenant: 'a' } },
    { scope: 'mail.read' },
    'grant_type=refresh_token&refresh_token=rt&scope=mail.read&tenant=a',
  ],
  [
    'what it does not say is as in "parameters"',
    { url, parameters: { scope: 'rows' } },
    { resource: 'graph' },
    'grant_type=refresh_token&refresh_token=rt&scope=rows&resource=graph',
  ],
])('the access token of an API is asked for by fields of the body: %s', async (_, refresh, api, body) => {
  expect(await sentBy({ refresh }, { refreshToken: 'rt' }, { key: 'k', ...api })).toMatchObject({ body })
})
