import type { ServerInput } from './known-server.ts'

/** Inputs that several servers ask for. */

export const api: ServerInput = {
  description: 'The requests that get the token, as a URL pattern.',
  example: 'https://api.example.com/*',
  default: '/api/*',
}

export const origin: ServerInput = {
  description: "The server's origin; empty where it is the site's own.",
  example: 'https://api.example.com',
  default: '',
}

export const clientId: ServerInput = {
  description: 'The client id of this site at the authorization server.',
  example: 'spa',
}

export const redirectUri: ServerInput = {
  description: 'Where the authorization server sends the user back to; the worker answers this navigation.',
  example: 'https://app.example.com/signed-in',
  default: '/signed-in',
}

export const afterSignOut: ServerInput = {
  description: 'Where the user is after signing out.',
  example: 'https://app.example.com/',
  default: '/',
}

export const scope = (value: string): ServerInput => ({
  description: 'The scopes to ask for, separated by spaces.',
  example: value,
  default: value,
  refuses: [{ value: /,/, cure: 'has a comma: separate scopes by spaces (RFC 6749, section 3.3).' }],
})

/** The same URL without slashes at its end. */
export const withoutSlash = (url: string): string => url.replace(/\/+$/, '')

/**
 * A path below the URL of a server. What the URL has of the path already, as in the issuer where the URL of the server is asked for, is not written twice.
 * @example below('https://id.example.com/realms/shop', '/realms/shop') // https://id.example.com/realms/shop
 */
export function below(url: string, path: string): string {
  const base = withoutSlash(url)
  const ownPath = base.replace(/^https?:\/\/[^/]*/i, '')
  const segments = path.split('/').slice(1)
  const starts = segments.map((_, index) => `/${segments.slice(0, segments.length - index).join('/')}`)
  const twice = starts.find((start) => ownPath.endsWith(start)) ?? ''
  return `${base}${path.slice(twice.length)}`
}

/** A URL that a pattern matches. */
export const urlIn = (pattern: string): string => pattern.replace('*', 'rows')
