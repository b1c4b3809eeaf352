import { READ, refused } from './exchanges.ts'
import { defineServer, oneSession } from './known-server.ts'
import { opaqueToken } from './made-up-tokens.ts'

export const google = defineServer({
  name: 'google',
  title: 'Google APIs',
  inputs: {
    api: {
      description: 'The requests that get the token, as a URL pattern.',
      example: 'https://www.googleapis.com/*',
      default: 'https://www.googleapis.com/*',
    },
  },
  configuration: (inputs) => oneSession({ resources: [inputs.api], refresh: { by: 'page' } }),
  atTheServer: [
    'Create an OAuth client of the type "Web application" and add the origin of the site to "Authorized JavaScript origins".',
    'In the page, load Google Identity Services, call initTokenClient(), and register a provider: bearerWorker.provideTokens(() => new Promise((resolve) => { client.callback = resolve; client.requestAccessToken() })).',
  ],
  quirks: [
    'requestAccessToken() opens a popup: a browser allows it only after a click. A provider that has no click rejects, and asks the user to click.',
    'With prompt: "" the popup closes by itself where the user has agreed before.',
    'An access token lives for an hour.',
  ],
  cannot: [
    'Refresh tokens for browsers: the token endpoint wants a client secret, which a page cannot keep.',
    'A silent refresh while nobody is at the page.',
  ],
  evidence: { kind: 'documentation', version: 'Google Identity Services, as of November 2026' },
  sources: [
    {
      title: 'Google Account Authorization JavaScript API reference',
      url: 'https://developers.google.com/identity/oauth2/web/reference/js-reference',
      read: READ,
    },
    {
      title: 'Migrate to Google Identity Services: implicit flow and code flow',
      url: 'https://developers.google.com/identity/oauth2/web/guides/migration-to-gis',
      read: READ,
    },
  ],
  answers: (inputs) => {
    const provided = (number: 1 | 2) => ({
      access_token: opaqueToken(`access-${number}`),
      token_type: 'Bearer',
      expires_in: 3599,
      scope: 'https://www.googleapis.com/auth/drive.readonly',
    })
    return {
      signIn: { by: 'page', provided: [provided(1), provided(2)] },
      refusal: refused(
        inputs.api,
        { authorization: `Bearer ${opaqueToken('access-1')}` },
        {
          status: 401,
          headers: { 'www-authenticate': 'Bearer realm="https://accounts.google.com/", error="invalid_token"' },
          body: {
            error: {
              code: 401,
              message: 'Request had invalid authentication credentials.',
              status: 'UNAUTHENTICATED',
            },
          },
        },
      ),
    }
  },
})
