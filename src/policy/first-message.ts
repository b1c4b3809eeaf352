import type { FirstMessage } from './sockets.ts'

/** A first message as it is sent. */
export const messageText = ({ message }: FirstMessage): string =>
  typeof message === 'string' ? message : JSON.stringify(message)

/**
 * The first message of the page with the token in it, where it is the very message that would be sent before it otherwise,
 * by its fixed members, such as `type`. Undefined for any other message. What the page wrote stays.
 */
export function withToken({ message, fixed }: FirstMessage, own: unknown): string | undefined {
  const written = typeof own === 'string' ? parsed(own) : undefined
  if (!isObject(message) || !isObject(written) || fixed.length === 0) return undefined
  const isSame = fixed.every((name) => Object.hasOwn(written, name) && written[name] === message[name])
  return isSame ? JSON.stringify(completed(written, message)) : undefined
}

function completed(own: Members, message: Members): Members {
  const members = Object.entries(message).map(([name, value]) => {
    const before = Object.hasOwn(own, name) ? own[name] : undefined
    if (isObject(value) && isObject(before)) return [name, completed(before, value)] as const
    return [name, before === undefined || before === null || before === '' ? value : before] as const
  })
  return { ...own, ...Object.fromEntries(members) }
}

type Members = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
