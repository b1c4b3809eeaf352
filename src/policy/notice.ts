import type { Notice } from '../protocol.ts'

/** What `typeof` says of each member that is read without another look. */
type Shape = Readonly<Record<string, string>>
const VIEW: Shape = { name: 'string', state: 'string', epoch: 'number', refreshing: 'boolean' }
const ENTRY: Shape = { kind: 'string', session: 'string', url: 'string', outcome: 'string', at: 'number' }
const CHANGED: Shape = { session: 'string', epoch: 'number', generation: 'number' }
const WANTED: Shape = { ...CHANGED, id: 'string', reason: 'string' }
const TRIED: Shape = { id: 'string' }

/** What comes by the channel is unknown until it is checked: any script of the origin can send there. Undefined for what is no notice. */
export function asNotice(data: unknown): Notice | undefined {
  const { kind, view, entries } = Object(data) as Readonly<Record<string, unknown>>
  const isSound =
    kind === 'configuration' ||
    kind === 'rules' ||
    (kind === 'session' && has(VIEW, view) && isTree(view)) ||
    (kind === 'entries' && Array.isArray(entries) && entries.every((entry) => has(ENTRY, entry))) ||
    (kind === 'changed' && has(CHANGED, data)) ||
    (kind === 'wanted' && has(WANTED, data)) ||
    (kind === 'tried' && has(TRIED, data))
  return isSound ? (data as Notice) : undefined
}

function has(shape: Shape, value: unknown): boolean {
  const members = Object(value) as Readonly<Record<string, unknown>>
  return Object.entries(shape).every(([name, type]) => typeof members[name] === type)
}

/** Whether JSON can say it: a cycle in the claims would throw where views are compared. */
function isTree(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}
