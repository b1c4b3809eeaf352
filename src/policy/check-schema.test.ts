import schema from 'virtual:configuration-schema'
import { expect, test } from 'vitest'
import { configurationJsonSchema } from '../../scripts/configuration-schema-plugin.ts'
import { checkSchema, type JsonSchema } from './check-schema.ts'
import { formats } from './formats.ts'

const check = (schema: JsonSchema, value: unknown) => {
  const paths: string[] = []
  const checked = checkSchema(schema, value, {
    formats: { odd: (text) => (text.length % 2 ? undefined : 'Write one character more.') },
    report: (path) => paths.push(path.join('/')),
  })
  return paths.length ? paths : { checked }
}
const text: JsonSchema = { type: 'string' }

test.each<readonly [string, JsonSchema, unknown, unknown]>([
  ['a type', text, 'a', { checked: 'a' }],
  ['another type', text, 1, ['']],
  ['null is no object', { type: 'object' }, null, ['']],
  ['an array is no object', { type: 'object' }, [], ['']],
  ['an integer', { type: 'integer' }, 1, { checked: 1 }],
  ['half an integer', { type: 'integer' }, 0.5, ['']],
  ['a chosen value', { enum: ['a', 'b'] }, 'b', { checked: 'b' }],
  ['none to choose', { enum: ['a', 'b'] }, 'c', ['']],
  [
    'the least and the most',
    { type: 'array', items: { type: 'number', minimum: 1, maximum: 2 } },
    [0, 1, 2, 3],
    ['0', '3'],
  ],
  ['an excluded bound', { type: 'number', exclusiveMinimum: 0 }, 0, ['']],
  ['a pattern', { type: 'string', pattern: '^a$' }, 'b', ['']],
  ['a text too short', { type: 'string', minLength: 1 }, '', ['']],
  ['a list too short', { type: 'array', items: text, minItems: 1 }, [], ['']],
  ['an object too small', { type: 'object', additionalProperties: text, minProperties: 1 }, {}, ['']],
  ['a format', { type: 'array', items: { type: 'string', format: 'odd' } }, ['a', 'ab'], ['1']],
  ['a format is for texts of the right type', { type: 'string', format: 'odd' }, 1, ['']],
  ['an unknown key', { type: 'object', properties: {}, additionalProperties: false }, { a: 1 }, ['a']],
  [
    'inherited names are unknown keys',
    { type: 'object', properties: {}, additionalProperties: false },
    { constructor: 1, toString: {} },
    ['constructor', 'toString'],
  ],
  [
    'a missing key',
    { type: 'object', properties: { a: text }, required: ['a'], additionalProperties: false },
    {},
    ['a'],
  ],
  [
    'a key that may be missing',
    { type: 'object', properties: { a: text }, additionalProperties: false },
    {},
    { checked: {} },
  ],
  [
    'names of keys',
    { type: 'object', propertyNames: { type: 'string', format: 'odd' }, additionalProperties: text },
    { a: 'x', ab: 1 },
    ['ab', 'ab'],
  ],
  ['any value', {}, { a: [null] }, { checked: { a: [null] } }],
  ['the form that its type says', { anyOf: [text, { type: 'array', items: text }] }, ['a', 1], ['1']],
  ['another form', { anyOf: [text, { type: 'array', items: text }] }, 'a', { checked: 'a' }],
  ['none of the forms', { anyOf: [text, { type: 'array', items: text }] }, 1, ['']],
  [
    'defaults inside defaults',
    {
      type: 'object',
      properties: { a: { type: 'object', properties: { b: { type: 'boolean', default: false } }, default: {} } },
    },
    {},
    { checked: { a: { b: false } } },
  ],
])('%s', (_, schema, value, expected) => {
  expect(check(schema, value)).toEqual(expected)
})

test('a key __proto__ is one like others', () => {
  const checked = checkSchema({ type: 'object', additionalProperties: text }, JSON.parse('{"__proto__":"x"}'), {
    formats: {},
    report: () => {},
  })
  expect(Object.entries(checked as object)).toEqual([['__proto__', 'x']])
  expect(Object.getPrototypeOf(checked)).toBe(Object.prototype)
})

const CHECKED = [
  'anyOf',
  'type',
  'enum',
  'default',
  'properties',
  'required',
  'propertyNames',
  'additionalProperties',
  'minProperties',
  'items',
  'minItems',
  'minLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'errorMessage',
]

test('every keyword and format of the configuration is checked', () => {
  const nodes = nodesOf(schema())
  expect(nodes.flatMap((node) => Object.keys(node)).filter((keyword) => !CHECKED.includes(keyword))).toEqual([])
  expect(new Set(nodes.flatMap(({ format }) => format ?? []))).toEqual(new Set(Object.keys(formats)))
  for (const { anyOf = [] } of nodes) expect(new Set(anyOf.map(({ type }) => type)).size).toBe(anyOf.length)
})

test('editors get the same with descriptions', async () => {
  const published = (await configurationJsonSchema()) as JsonSchema
  expect(published).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    required: ['sessions'],
    additionalProperties: false,
  })
  expect(Object.keys(published.properties!)).toEqual(['$schema', 'sessions'])
  expect(nodesOf(published).length).toBeGreaterThanOrEqual(nodesOf(schema()).length)
  const session = published.properties!['sessions']!.additionalProperties as JsonSchema
  for (const [key, member] of keysOf(published)) {
    expect(member, key).toHaveProperty('description')
    expect(member, key).toHaveProperty('examples')
  }
  expect(session.properties!['refresh']!.properties!['tokenField']!.default).toBe('refresh_token')
})

/** Every key of a configuration, by its path. */
function keysOf(schema: JsonSchema, path = ''): readonly (readonly [path: string, schema: JsonSchema])[] {
  return nodesOf(schema).flatMap(({ properties = {} }) =>
    Object.entries(properties).map(([key, member]) => [`${path}.${key}`, member] as const),
  )
}

/** A schema and all schemas in it. */
function nodesOf(schema: JsonSchema): readonly JsonSchema[] {
  const { properties = {}, anyOf = [], items, additionalProperties, propertyNames } = schema
  const inner = [...Object.values(properties), ...anyOf, items, additionalProperties, propertyNames]
  return [schema, ...inner.flatMap((each) => (each ? nodesOf(each) : []))]
}
