import { documentationOf } from '../documentation.ts'
import { getPublicSuffix, parse } from 'tldts'
import { isLoopback } from '../doctor/loopback.ts'
import { quoted } from './quoted.ts'

/** Why a pattern or an endpoint's URL is refused, and how it is probably meant. */
export interface WrongAddress {
  readonly message: string
  readonly instead?: string
}

type Kind = 'pattern' | 'url'

/** Each looks at one way to be wrong; the first that knows the text says it. */
const EXPLANATIONS: readonly ((text: string, kind: Kind) => WrongAddress | undefined)[] = [
  empty,
  spaces,
  regularExpression,
  backslashes,
  everything,
  protocolRelative,
  hostAndPort,
  otherScheme,
  slashesOfScheme,
  credentials,
  hostWildcard,
  portWildcard,
  plainHttp,
  noSlashAfterHost,
  noLeadingSlash,
  colonBeforeSlash,
  bracketsAndModifiers,
]

/** A sentence of its own for each wrong pattern, or endpoint; nothing where none is known. */
export function explainWrongAddress(text: string, kind: Kind): WrongAddress | undefined {
  for (const explain of EXPLANATIONS) {
    const found = explain(text, kind)
    if (found) return found
  }
  return undefined
}

const write = (text: string, why: string, instead: string): WrongAddress => ({
  message: `${quoted(text)} ${why}: write ${quoted(instead)}.`,
  instead,
})

function empty(text: string, kind: Kind): WrongAddress | undefined {
  if (text.trim() !== '') return undefined
  return {
    message:
      kind === 'pattern'
        ? 'The pattern is empty: write a path such as "/api/*".'
        : 'The URL is empty: write a path such as "/api/token".',
  }
}

function spaces(text: string): WrongAddress | undefined {
  if (text.trim() !== text) return write(text, 'begins or ends with a space', text.trim())
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (!/[\s\0-\x1f\x7f]/.test(text)) return undefined
  const [, afterMethod] = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s+(\S+)$/i.exec(text) ?? []
  if (afterMethod !== undefined) return write(text, 'names a method, and a pattern is for all of them', afterMethod)
  return text.includes(',')
    ? { message: `${quoted(text)} looks like several: write each as an item of its own.` }
    : write(text, 'has a space in it', text.replaceAll(/[^!-\uffff]/g, encodeURIComponent))
}

function regularExpression(text: string): WrongAddress | undefined {
  const isOne = /^\^|\$$|^\/\^|\.\*|\\[/dwsb.]|\[.+\]/.test(text.replace(/^https?:\/\/[^/]*/i, ''))
  if (!isOne) return undefined
  const path = text
    .replace(/^\/?\^/, '')
    .replace(/\$?(\/[a-z]*)?$/, (end) => (text.startsWith('/^') ? '' : end.replace('$', '')))
    .replaceAll('\\/', '/')
    .replaceAll('.*', '*')
    .replaceAll('\\.', '.')
  const isPlain = /^(\/|https:\/\/)[^\\^$()[\]+?|]*$/.test(path)
  return isPlain
    ? write(text, 'is a regular expression, and these are URLPattern strings', path)
    : { message: `${quoted(text)} is a regular expression: write a URLPattern string, as in "/api/*".` }
}

function backslashes(text: string): WrongAddress | undefined {
  return text.includes('\\') ? write(text, 'has a backslash', text.replaceAll('\\', '/')) : undefined
}

function everything(text: string): WrongAddress | undefined {
  return /^\*+$/.test(text)
    ? { message: `${quoted(text)} is every URL of every host: write "/*" for all of your own site, or name the host.` }
    : undefined
}

function protocolRelative(text: string): WrongAddress | undefined {
  return text.startsWith('//') ? write(text, 'names a host without its scheme', `https:${text}`) : undefined
}

/** `localhost:8000/api/*`. */
function hostAndPort(text: string): WrongAddress | undefined {
  const [, host] = /^([\w.-]+|\[[\da-f:]+\]):\d+(\/|$)/i.exec(text) ?? []
  return host === undefined ? undefined : write(text, 'names a host without its scheme', `${schemeFor(host)}${text}`)
}

function otherScheme(text: string): WrongAddress | undefined {
  const [, scheme, rest] =
    /^([a-z*][a-z\d+.*{}?-]*):(?=\/|(?<=^(?:javascript|data|blob|mailto|file|about):))\/*(.*)$/i.exec(text) ?? []
  if (scheme === undefined || /^https?$/i.test(scheme)) return undefined
  if (/^wss?$/i.test(scheme))
    return {
      message: `${quoted(text)} is a WebSocket: patterns are for http and https. See "sockets" and ${documentationOf('recipes/websocket.md')}.`,
    }
  if (/^[*{]|[*?}]$/.test(scheme)) return write(text, 'leaves its scheme open', `https://${rest}`)
  return {
    message: `${quoted(text)} has the scheme ${scheme}: only http and https carry headers, write "https://host/path".`,
  }
}

function slashesOfScheme(text: string): WrongAddress | undefined {
  const [, scheme, slashes, rest] = /^(https?):(\/*)(.*)$/i.exec(text) ?? []
  if (scheme === undefined || (slashes === '//' && rest !== '')) return undefined
  return rest === '' || rest!.startsWith('/')
    ? { message: `${quoted(text)} names no host: write "https://host/path".` }
    : write(text, `has not two slashes after "${scheme}:"`, `${scheme}://${rest}`)
}

const authorityOf = (text: string) => /^https?:\/\/([^/?#]*)/i.exec(text)?.[1]

function credentials(text: string): WrongAddress | undefined {
  const authority = authorityOf(text)
  return authority?.includes('@')
    ? write(text, 'has credentials in it', text.replace(authority, authority.slice(authority.lastIndexOf('@') + 1)))
    : undefined
}

function hostWildcard(text: string, kind: Kind): WrongAddress | undefined {
  const host = authorityOf(text)?.replace(/:(\d+|\*)$/, '')
  if (host === undefined || !/[*{}()?+|]|^:|[^[\d]:/.test(host.startsWith('[') ? '' : host)) return undefined
  if (kind === 'url') return { message: `${quoted(text)} is a pattern, and this is one URL: name its host.` }
  if (/^\*\.[^*{}()?+:|]+\.[^*{}()?+:|]+$/.test(host)) return undefined
  return {
    message: `${quoted(text)} leaves its host open: name it. A wildcard stands only before a whole domain, as in "https://*.example.com/*".`,
  }
}

function portWildcard(text: string): WrongAddress | undefined {
  const authority = authorityOf(text)
  return authority !== undefined && /:(?!\d+$)[^\]]*$/.test(authority)
    ? { message: `${quoted(text)} leaves its port open: write the number, or nothing for the usual one.` }
    : undefined
}

function plainHttp(text: string): WrongAddress | undefined {
  const authority = /^http:/i.test(text) ? authorityOf(text) : undefined
  if (authority === undefined || isLoopback(authority.replace(/:\d+$/, ''))) return undefined
  return {
    message: `${quoted(text)} is plain http, by which tokens can be read on the way: write ${quoted(text.replace(/^http:/i, 'https:'))}. Only localhost, *.localhost, 127.0.0.0/8 and [::1] may go without.`,
    instead: text.replace(/^http:/i, 'https:'),
  }
}

function noSlashAfterHost(text: string): WrongAddress | undefined {
  const [, origin, rest] = /^(https?:\/\/[^/?#*]+)([?#*].*)$/i.exec(text) ?? []
  return origin === undefined ? undefined : write(text, 'has no slash after the host', `${origin}/${rest}`)
}

function noLeadingSlash(text: string): WrongAddress | undefined {
  if (/^\/|^[a-z][a-z\d+.-]*:/i.test(text)) return undefined
  const path = text.replace(/^(\.{1,2}\/)+|^\.$/, '')
  if (path !== text) return write(text, 'is relative to a folder, and paths begin at the root', `/${path}`)
  const [host] = text.split(/[/?#]/, 1)
  if (isHost(host!)) return write(text, 'names a host without its scheme', `${schemeFor(host!)}${text}`)
  return write(text, 'has no leading slash', `/${text}`)
}

/** `api.example.com`, not `api` nor `index.html`. */
function isHost(name: string): boolean {
  if (isLoopback(name)) return true
  const { isIcann, isIp, domain } = parse(name.replace(/^\*\./, ''))
  return isIp === true || (isIcann === true && domain !== null && getPublicSuffix(name) !== name)
}

const schemeFor = (host: string) => (isLoopback(host) ? 'http://' : 'https://')

function colonBeforeSlash(text: string): WrongAddress | undefined {
  return /^\/.*:(\/|$)/.test(text)
    ? {
        message: `${quoted(text)} has a colon without a name after it: write ":id" for one part of the path, or "*" for any.`,
      }
    : undefined
}

/** What URLPattern takes for syntax, and cannot read. @see https://urlpattern.spec.whatwg.org/#pattern-strings */
function bracketsAndModifiers(text: string, kind: Kind): WrongAddress | undefined {
  if (kind === 'url') return undefined
  for (const [open, close, what] of [
    ['(', ')', 'a group with a regular expression'],
    ['{', '}', 'a group'],
  ] as const) {
    const opened = text.split(open).length
    if (opened !== text.split(close).length)
      return {
        message: `${quoted(text)} has "${open}" and "${close}" that do not pair: they hold ${what}. Write "*" where the sign itself stands in the path.`,
      }
  }
  const [, modifier] = /(?:^|[/{(])([+?])/.exec(text) ?? []
  if (modifier)
    return {
      message: `${quoted(text)} has "${modifier}" with nothing before it to repeat: write "*" where the sign itself stands in the path.`,
    }
  const [, name] = /:([^\w$][^/]{0,20})/.exec(text) ?? []
  if (name)
    return {
      message: `${quoted(text)} has a colon without a name: write ":id" for one part of the path, or "*" for any.`,
    }
  return undefined
}
