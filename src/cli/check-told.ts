/** What `check` says of a file, as its tests compare it. */
import { check } from './check.ts'

export const good = {
  sessions: { main: { resources: ['/api/*'], capture: ['/api/login'], refresh: { url: '/api/refresh' } } },
}

/** What is told of a file: `line:column path: message` of each mistake. */
export const told = (input: unknown) => {
  const checked = check(
    typeof input === 'string' || input instanceof Uint8Array ? input : JSON.stringify(input),
    'x.json',
  )
  return checked.kind === 'bad'
    ? checked.issues.map(({ path, message, line, column }) => `${line}:${column} ${path}: ${message}`)
    : []
}
export const notesOf = (input: unknown) =>
  check(JSON.stringify(input), 'x.json').notes.map(({ path, message }) => `${path}: ${message}`)
/** A file whose one session is right, but for `more`. */
export const main = (more: object) => ({ sessions: { main: { ...good.sessions.main, ...more } } })
