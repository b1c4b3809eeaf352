import type { Notice } from '../protocol.ts'

/** What comes by the channel is unknown until it is checked: any script of the origin can send there. Undefined for what is no notice. */
export function asNotice(data: unknown): Notice | undefined {
  const { kind, view, entries, session, epoch, generation } = Object(data) as Readonly<Record<string, unknown>>
  const isSound = {
    session: () => isView(view),
    entries: () => Array.isArray(entries) && entries.every(isEntry),
    changed: () => typeof session === 'string' && isCount(epoch) && isCount(generation),
    configuration: () => true,
  }
  return typeof kind === 'string' && Object.hasOwn(isSound, kind) && isSound[kind as keyof typeof isSound]()
    ? (data as Notice)
    : undefined
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value)
const isNumber = (value: unknown): boolean => Number.isFinite(value)
const isAbsentOr = (isSound: (value: unknown) => boolean) => (value: unknown) => value === undefined || isSound(value)
const isText = (value: unknown): boolean => typeof value === 'string'

function isView(value: unknown): boolean {
  const view = Object(value) as Readonly<Record<string, unknown>>
  return (
    isText(view['name']) &&
    ['signed-out', 'active', 'ended'].includes(view['state'] as string) &&
    isCount(view['epoch']) &&
    typeof view['refreshing'] === 'boolean' &&
    [view['reason'], view['scope'], view['tokenType']].every(isAbsentOr(isText)) &&
    [view['expiresAt'], view['retryAt']].every(isAbsentOr(isNumber)) &&
    isAbsentOr(isTree)(view['claims'])
  )
}

function isEntry(value: unknown): boolean {
  const entry = Object(value) as Readonly<Record<string, unknown>>
  return (
    (entry['kind'] === 'request' || entry['kind'] === 'refresh') &&
    [entry['session'], entry['method'], entry['url'], entry['outcome']].every(isText) &&
    [entry['at'], entry['waitedMs'], entry['durationMs']].every(isNumber) &&
    isAbsentOr(isNumber)(entry['status'])
  )
}

/** Whether a value is an object that JSON can say: no cycle, and nothing that JSON cannot write. */
function isTree(value: unknown): boolean {
  try {
    return typeof value === 'object' && value !== null && JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}
