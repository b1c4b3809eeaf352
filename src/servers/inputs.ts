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
})

/** The same URL without slashes at its end. */
export const withoutSlash = (url: string): string => url.replace(/\/+$/, '')

/** A URL that a pattern matches. */
export const urlIn = (pattern: string): string => pattern.replace('*', 'rows')
