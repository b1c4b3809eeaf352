import { fileURLToPath } from 'node:url'
import { toJsonSchema } from '@valibot/to-json-schema'
import { runnerImport, type Plugin } from 'vite'

const SOURCE = fileURLToPath(new URL('../src/policy/configuration-schema.ts', import.meta.url))
const PARTS = [
  'configuration-schema',
  'endpoint-schema',
  'resource-schema',
  'socket-schema',
  'token-fields-schema',
  'schema-parts',
  'tokens',
]
const VIRTUAL = 'virtual:configuration-schema'
const DESCRIBED = `${VIRTUAL}/described`

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
 * configurations with; and `virtual:configuration-schema/described` as it is, for the command.
 */
export function configurationSchemaPlugin(): Plugin {
  return {
    name: 'configuration-schema',
    resolveId: (id) => (id === VIRTUAL || id === DESCRIBED ? `\0${id}` : undefined),
    async load(id) {
      if (id !== `\0${VIRTUAL}` && id !== `\0${DESCRIBED}`) return undefined
      for (const part of PARTS) this.addWatchFile(fileURLToPath(new URL(`../src/policy/${part}.ts`, import.meta.url)))
      if (id.endsWith(DESCRIBED)) return `export default () => (${JSON.stringify(await configurationJsonSchema())})`
      // Made when it is needed: a worker that starts mostly does without.
      return `export default () => {${codeOf(withoutWords(await configurationJsonSchema()))}}`
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

/** A smaller part costs less than a name for it. */
const WORTH_A_NAME = 50

/** Statements that return the schema. Parts that occur several times are written once. */
function codeOf(schema: object): string {
  const counts = new Map<string, number>()
  const count = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const text = JSON.stringify(value)
    counts.set(text, (counts.get(text) ?? 0) + 1)
    if (counts.get(text) === 1) Object.values(value).forEach(count)
  }
  count(schema)
  const names = new Map<string, string>()
  const statements: string[] = []
  const literal = (value: unknown): string => {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    const members = Object.entries(value).map(([key, member]) =>
      Array.isArray(value) ? code(member) : `${JSON.stringify(key)}:${code(member)}`,
    )
    return Array.isArray(value) ? `[${members}]` : `{${members}}`
  }
  const code = (value: unknown): string => {
    const text = JSON.stringify(value)
    if (text.length < WORTH_A_NAME || (counts.get(text) ?? 0) < 2) return literal(value)
    const known = names.get(text)
    if (known !== undefined) return known
    const statement = literal(value)
    const name = `part${names.size}`
    names.set(text, name)
    statements.push(`const ${name}=${statement};`)
    return name
  }
  const whole = literal(schema)
  return `${statements.join('')}return ${whole}`
}
