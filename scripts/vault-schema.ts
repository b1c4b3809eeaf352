/** The JSON Schema of `bearer-worker.vault.json`, for editors: made of that of the app's configuration. */
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'
import { configurationJsonSchema } from './configuration-schema-plugin.ts'

interface ObjectSchema {
  readonly properties: Readonly<Record<string, object>>
}

const KEYS = fileURLToPath(new URL('../src/policy/vault-keys.ts', import.meta.url))

export async function vaultJsonSchema(): Promise<object> {
  const schema = (await configurationJsonSchema()) as ObjectSchema
  const { sessions, $schema } = schema.properties as {
    readonly sessions: { readonly additionalProperties: ObjectSchema }
    readonly $schema: object
  }
  const { module } = await runnerImport<typeof import('../src/policy/vault-keys.ts')>(KEYS, { logLevel: 'error' })
  const properties = Object.fromEntries(
    module.VAULT_KEYS.map((key) => [key, sessions.additionalProperties.properties[key]!]),
  )
  // No code of an app brings tokens to the vault.
  const { by: _, ...refresh } = (properties['refresh'] as ObjectSchema).properties
  return {
    ...schema,
    title: 'Configuration of a vault of Bearer Worker',
    properties: {
      $schema: { ...$schema, examples: ['./bearer-worker.vault.schema.json'] },
      apps: {
        type: 'array',
        items: { type: 'string', pattern: '^https?://[^/]+$' },
        minItems: 1,
        description:
          'The origin of each app that the vault serves, exactly as browsers write it: all of one site, that of the vault. They share its sessions.',
        examples: [['https://app.example.com', 'https://admin.example.com']],
      },
      sessions: {
        ...sessions,
        additionalProperties: {
          ...sessions.additionalProperties,
          properties: { ...properties, refresh: { ...properties['refresh'], properties: refresh } },
          required: [],
          oneOf: [{ required: ['authorizationServer'] }, { required: ['refresh'] }],
        },
      },
    },
    required: ['apps', 'sessions'],
  }
}
