import { fileURLToPath } from 'node:url'
import { toJsonSchema } from '@valibot/to-json-schema'
import { runnerImport, type Plugin } from 'vite'

const SOURCE = fileURLToPath(new URL('../src/policy/configuration-schema.ts', import.meta.url))
const VIRTUAL = 'virtual:configuration-schema'

/** What editors read: every key with its description. */
export async function configurationJsonSchema(): Promise<object> {
  const { module } = await runnerImport<typeof import('../src/policy/configuration-schema.ts')>(SOURCE, {
    logLevel: 'error',
  })
  const { $schema, ...schema } = toJsonSchema(module.configurationSchema, { typeMode: 'input' })
  return { $schema, title: 'Configuration of Bearer Worker', ...schema }
}

/** Gives `virtual:configuration-schema`, what the worker checks with: the same, without what it need not know. */
export function configurationSchemaPlugin(): Plugin {
  return {
    name: 'configuration-schema',
    resolveId: (id) => (id === VIRTUAL ? `\0${VIRTUAL}` : undefined),
    async load(id) {
      if (id !== `\0${VIRTUAL}`) return undefined
      this.addWatchFile(SOURCE)
      // Made when it is needed: a worker that starts mostly does without.
      return `export default () => (${JSON.stringify(withoutWords(await configurationJsonSchema()))})`
    },
  }
}

/** Without descriptions, and without the type that an enum or the place of a name implies. Keys of the configuration stay, whatever they are called. */
function withoutWords(schema: object): object {
  const kept = Object.entries(schema).filter(
    ([keyword, value]) =>
      !['$schema', 'title', 'description', 'examples'].includes(keyword) &&
      !(keyword === 'type' && 'enum' in schema) &&
      !(keyword === 'required' && value.length === 0) &&
      !(keyword === 'propertyNames' && Object.keys(value).length === 1),
  )
  return Object.fromEntries(
    kept.map(([keyword, value]) => {
      if (keyword === 'anyOf') return [keyword, value.map(withoutWords)]
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
