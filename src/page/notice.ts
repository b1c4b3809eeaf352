import type { Entry, Notice, SessionView } from '../protocol.ts'

/** What was heard on the channel, if it is a notice for pages. Any script of the origin can send there. */
export function asNotice(data: unknown): Notice | undefined {
  const notice = plain(data) as Partial<{ kind: unknown; view: unknown; entries: unknown }>
  switch (notice.kind) {
    case 'session':
      return isView(notice.view) ? { kind: 'session', view: notice.view } : undefined
    case 'entries':
      return Array.isArray(notice.entries) ? { kind: 'entries', entries: notice.entries.filter(isEntry) } : undefined
    case 'configuration':
      return { kind: 'configuration' }
    default:
      return undefined
  }
}

/** The value as JSON has it, so that it can be compared and shown: no cycle and no bigint. */
function plain(data: unknown): object {
  try {
    return Object(JSON.parse(JSON.stringify(data))) as object
  } catch {
    return {}
  }
}

export function isView(view: unknown): view is SessionView {
  const { name, state, epoch, refreshing } = Object(view) as Partial<SessionView>
  return (
    typeof name === 'string' &&
    ['signed-out', 'active', 'ended'].includes(state!) &&
    Number.isFinite(epoch) &&
    typeof refreshing === 'boolean'
  )
}

function isEntry(entry: unknown): entry is Entry {
  const { kind, url } = Object(entry) as Partial<Entry>
  return (kind === 'request' || kind === 'refresh') && typeof url === 'string'
}
