import { SERVER_GROUPS } from '../../servers/index.ts'
import type { KnownServer } from '../../servers/known-server.ts'
import { flagOf } from '../../servers/written.ts'
import { bold, dim, hanging, joined, type Styled, text } from '../styled.ts'

/** `init --list`: every known server by the name that `--for` takes. */
export function listOfServers(): Styled {
  const width = Math.max(...SERVER_GROUPS.flatMap(({ servers }) => servers.map(({ name }) => name.length)))
  const groups = SERVER_GROUPS.map(({ title, servers }) =>
    joined([bold(title), ...servers.map((server) => text`  ${server.name.padEnd(width)}  ${dim(server.title)}`)], '\n'),
  )
  return text`${joined(groups, '\n\n')}\n\n    npx bearer-worker init public --for keycloak`
}

/** `init --list --for NAME`: what this server needs. */
export function flagsOf({ title, name, inputs }: KnownServer): Styled {
  const rows = Object.entries(inputs).map(([input, { description, example, default: usual }]) => {
    const without = usual === undefined ? 'required' : `default: ${usual || 'empty'}`
    return text`  ${bold(flagOf(input))}\n      ${hanging(`${description} As in ${example} (${without})`, 6)}`
  })
  return joined([text`${bold(title)}: npx bearer-worker init public --for ${name}`, ...rows], '\n')
}
