import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configurationDocument } from '../../scripts/configuration-document.ts'
import { configurationJsonSchema } from '../../scripts/configuration-schema-plugin.ts'
import { readConfiguration } from '../../src/policy/configuration.ts'
import type { JsonSchema } from '../../src/policy/check-schema.ts'

test('docs/configuration.md is as the schema has it; if not, run npm run docs:configuration', async () => {
  const document = readFileSync(join(import.meta.dirname, '../configuration.md'), 'utf8')
  expect(document).toBe(await configurationDocument())
})

interface Described extends JsonSchema {
  readonly description?: string
  readonly examples?: readonly unknown[]
}

/** The smallest session in which the example of a key is right by itself. */
const AROUND: Readonly<Record<string, object>> = {
  '': { resources: ['/api/*'] },
  refresh: { url: '/api/token/refresh' },
  signOut: { url: '/auth/logout' },
  authorizationServer: { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in' },
  'authorizationServer.metadata': {
    authorization_endpoint: 'https://id.example.com/authorize',
    token_endpoint: 'https://id.example.com/token',
  },
}
/** What else a key needs, or what it stands in place of. */
const TOGETHER: Readonly<Record<string, (value: unknown) => object>> = {
  resources: (resources) => ({ resources, refresh: AROUND['refresh'] }),
  'refresh.by': (by) => ({ by }),
  'refresh.parameters': (parameters) => ({ ...AROUND['refresh'], body: 'json', parameters }),
}

test.each(await examples())(
  'the example of %s is a good configuration, and its description has an end',
  (path, { description, examples = [] }) => {
    expect(description).toMatch(/^[A-Z"][^]*\.$/)
    expect(examples).toHaveLength(1)
    for (const example of examples) {
      const session = placed(path.split('.'), example)
      expect(readConfiguration({ sessions: { main: session } })).toMatchObject({ kind: 'good' })
    }
  },
)

function placed(keys: readonly string[], value: unknown): unknown {
  const [path, key] = [keys.join('.'), keys.at(-1)!]
  const above = keys.slice(0, -1)
  const isUnit = key === 'in'
  const around = (isUnit ? { at: 'expires', in: value } : TOGETHER[path]?.(value)) ?? {
    ...AROUND[above.join('.')],
    [key]: value,
  }
  return above.length ? placed(above, around) : around
}

async function examples(): Promise<[path: string, key: Described][]> {
  const schema = (await configurationJsonSchema()) as Described
  const session = schema.properties!['sessions']!.additionalProperties as Described
  const keysIn = ({ properties = {} }: JsonSchema, path: string): [string, Described][] =>
    Object.entries(properties).flatMap(([key, member]) => {
      const inner = [member, ...(member.anyOf ?? [])].find((each) => each.properties)
      return [
        [path + key, member as Described] as [string, Described],
        ...(inner ? keysIn(inner, `${path}${key}.`) : []),
      ]
    })
  return keysIn(session, '')
}
