/** Every configuration that `init --for NAME` writes is one that the worker takes. */
import { expect, test } from 'vitest'
import { readConfiguration } from '../policy/configuration.ts'
import { KNOWN_SERVERS } from './index.ts'
import { exampleInputs, type KnownServer } from './known-server.ts'

test.each(KNOWN_SERVERS.map((server) => [server.name, server] as const))('%s', (_, server) => {
  expect(issuesWith(server, exampleInputs(server)), 'with its defaults').toEqual([])
  expect(issuesWith(server, allExamples(server)), 'with its examples').toEqual([])
})

const allExamples = (server: KnownServer): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(server.inputs).map(([name, { example }]) => [name, example]))

function issuesWith(server: KnownServer, inputs: Readonly<Record<string, string>>): readonly unknown[] {
  const result = readConfiguration(server.configuration(inputs))
  return result.kind === 'bad' ? result.issues : []
}
