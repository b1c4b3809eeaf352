import { fileURLToPath } from 'node:url'
import { toJsonSchema } from '@valibot/to-json-schema'
import { runnerImport, type Plugin } from 'vite'

const SOURCE = fileURLToPath(new URL('../src/policy/configuration-schema.ts', import.meta.url))
const VIRTUAL = 'virtual:configuration-schema'

/** The JSON Schema for editors: every key with its description. */
export async function configurationJsonSchema(): Promise<object> {
  const { module } = await runnerImport<typeof import('../src/policy/configuration-schema.ts')>(SOURCE, {
    logLevel: 'error',
  })
  const { $schema, ...schema } = toJsonSchema(module.configurationSchema, { typeMode: 'input' })
  return { $schema, title: 'Configuration of Bearer Worker', ...schema }
}

/**
 * Provides `virtual:configuration-schema`: the same schema without descriptions, which the worker checks
 * configurations with.
 */
export function configurationSchemaPlugin(): Plugin {
  return {
    name: 'configuration-schema',
    resolveId: (id) => (id === VIRTUAL ? `\0${VIRTUAL}` : undefined),
    async load(id) {
      if (id !== `\0${VIRTUAL}`) return undefined
      this.addWatchFile(SOURCE)
      // A function, so that the schema is created only when needed: most starts of a worker do not need it.
      return `export default () => (${JSON.stringify(withoutWords(await configurationJsonSchema()))})`
    },
  }
}

/**
 * Drops descriptions, and types that follow from an enum or from `propertyNames`. Keys of the configuration stay,
 * even one named "title".
 */
function withoutWords(schema: object): object {
  const kept = Object.entries(schema).filter(
    ([keyword, value]) =>
      !['$schema', 'title', 'description'].includes(keyword) &&
      !(keyword === 'type' && 'enum' in schema) &&
      !(keyword === 'required' && value.length === 0) &&
      !(keyword === 'propertyNames' && Object.keys(value).length === 1),
  )
  return Object.fromEntries(
    kept.map(([keyword, value]) => {
      if (keyword === 'properties')
        return [
          keyword,
          Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutWords(member as object)])),
        ]
      return [
        keyword,
        ['items', 'additionalProperties', 'propertyNames'].includes(keyword) && value ? withoutWords(value) : value,
      ]
    }),
  )
}
