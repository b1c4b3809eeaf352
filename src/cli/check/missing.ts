/** An example for each key that some object needs. */
const EXAMPLES: Readonly<Record<string, unknown>> = {
  sessions: { main: { resources: ['/api/*'], refresh: { url: '/api/token/refresh' } } },
  resources: ['/api/*'],
  issuer: 'https://id.example.com',
  clientId: 'spa',
  redirectUri: '/signed-in',
  authorization_endpoint: 'https://id.example.com/authorize',
  token_endpoint: 'https://id.example.com/token',
  at: 'data.expires',
  code: 1008,
  reason: 'token expired',
}
/** The same where the key alone does not say what it is. */
const URLS: Readonly<Record<string, string>> = {
  signOut: '/auth/logout',
  resources: 'https://graph.example.com/*',
  capture: '/api/login',
  refresh: '/api/token/refresh',
  sockets: 'wss://api.example.com/live',
  ticket: '/api/ws-ticket',
}

/** A message that a key is missing, with an example of it. */
export function withExample(path: string, message: string): string {
  if (message !== 'Missing: add this key.') return message
  const [, parent = '', key = ''] = /(\w+)(?:\[\d+\])?\.(\w+)$/.exec(path) ?? ['', '', path]
  const example = key === 'url' ? URLS[parent] : EXAMPLES[key]
  return example === undefined ? message : `Missing: add this key, as in "${key}": ${JSON.stringify(example)}.`
}
