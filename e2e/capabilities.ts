/**
 * The rows of docs/browsers.md, in their order. A test says which of them it shows: `test('…', shows('A worker
 * update without a reload'), …)`.
 */
export const CAPABILITIES = [
  'The token on `fetch` and `XMLHttpRequest`',
  'The token on `fetch` with `keepalive`',
  'The token on `sendBeacon`',
  'The token on synchronous `XMLHttpRequest`',
  'The token on images of the own origin, and of another',
  'The token on media of the own origin, with ranges',
  'The token on media of another origin, with ranges',
  'The token on tracks',
  'The token on `EventSource`, which goes on where it was',
  'The token on `WebSocket`, as `sockets` says',
  'The token on requests of frames and of dedicated and shared workers',
  'The token in dedicated and shared workers with the page script: as in a page',
  'The token on scripts, styles, fonts and workers that `destinations` lists',
  'The token on JSON modules; on CSS and text modules where the browser has them',
  'The token on `fetchLater`, with `exposeAccessToken` or `direct`',
  "The token on requests that the site's own worker sends by `authorized()`",
  'The token on navigations, with `"navigations": true`',
  'The token on downloads, with `"navigations": true`',
  'Two users in two tabs: each request goes as the user of its tab',
  'Requests of a first visit wait for the worker',
  'Requests after a hard reload wait for the worker',
  'One refresh for all tabs',
  'Several APIs, each with an access token of its own from one sign-in',
  'A refused request is sent again, its body too',
  'Upload progress, also of what is sent again',
  'A request that the page gives up is given up at the server',
  'Answers come as the server sends them',
  'A referrer stays what it was',
  'No token follows a redirect to another origin',
  'A stopped worker loses no session',
  'A worker stopped in the middle of requests loses no session',
  'The session outlives a restart of the browser',
  'A tab that navigates while the worker takes over is covered',
  'A worker update without a reload',
  'What does not match does not start the worker (static routes)',
  'Sign-in by the code flow with PKCE, in the worker',
  'DPoP, with a key that cannot be exported',
  'Everything but images and media where no worker can run',
] as const

export const shows = (capability: (typeof CAPABILITIES)[number]) => ({
  annotation: { type: 'capability', description: capability },
})
