import type { JsonSchema } from '../src/policy/check-schema.ts'
import { configurationJsonSchema } from './configuration-schema-plugin.ts'

interface Described extends JsonSchema {
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Described>>
}

const INTRODUCTION = `# Configuration

<!-- Made by npm run docs:configuration from src/policy/configuration-schema.ts: change it there. -->

Every key of \`bearer-worker.json\`: its type, its default, what it means and when it is needed, and an example.
\`bearer-worker.schema.json\` says the same to editors, and \`npx bearer-worker check\` names each mistake with its cure.

A **pattern** is a [URLPattern](https://urlpattern.spec.whatwg.org/) string such as \`/api/*\` or \`https://api.example.com/v1/*\`.
A **path** is names joined by dots, such as \`data.access_token\`; \`*\` is any index of an array.
A **token path** is a path, or \`header:NAME\` for a header of the answer, whose scheme is taken off.
The **placeholders** \`{refreshToken}\`, \`{accessToken}\` and \`{cookie:NAME}\` stand in values of \`headers\` and \`parameters\` of \`refresh\` and \`signOut\`
only. Where there is no such token or cookie, the header or parameter that names it is left out of the request. \`protocol\` and \`firstMessage\` of \`sockets\` take \`{accessToken}\` and \`{accessToken:base64url}\`.
`

const FORMATS: Readonly<Record<string, string>> = {
  'resource-pattern': 'pattern',
  'socket-pattern': 'pattern of sockets',
  'socket-protocol': 'subprotocol with a placeholder',
  'endpoint-url': 'URL, or a path of the site',
  'redirect-uri': 'URL, or a path of the site',
  'absolute-url': 'URL',
  'vault-url': 'URL of another origin',
  'header-name': 'header name',
  scheme: 'scheme, or `""`',
  path: 'path',
  'token-path': 'token path',
}

/** docs/configuration.md, as the schema has it. */
export async function configurationDocument(): Promise<string> {
  const schema = (await configurationJsonSchema()) as Described
  const session = schema.properties!['sessions']!.additionalProperties as Described
  const sections = [
    section('The file', schema),
    section('A session: `sessions.NAME`', session),
    ...sectionsIn(session, ''),
  ]
  return [INTRODUCTION, ...sections].join('\n')
}

/** A section for each object in a schema, in the order of its keys. */
function sectionsIn({ properties = {} }: Described, path: string): readonly string[] {
  return Object.entries(properties).flatMap(([key, member]) => {
    const item = (member.items ?? member) as Described
    const suffix = member.items ? '[]' : ''
    const object = [item, ...((item.anyOf ?? []) as readonly Described[])].find((each) => each.properties)
    const name = `${path}${key}${suffix}`
    return object ? [section(`\`${name}\``, object), ...sectionsIn(object, `${name}.`)] : []
  })
}

function section(title: string, { properties = {}, required = [] }: Described): string {
  const rows = Object.entries(properties).map(([key, member]) => {
    const cells = [`\`${key}\``, typeOf(member), defaultOf(member, required.includes(key)), member.description ?? '']
    return `| ${[...cells, exampleOf(key, member)].map(cell).join(' | ')} |`
  })
  return [
    `## ${title}`,
    '',
    '| key | type | default | what it means, and when it is needed | example |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

function typeOf({
  type,
  anyOf,
  enum: allowed,
  items,
  properties,
  additionalProperties,
  format,
  minimum,
  maximum,
}: Described): string {
  if (allowed) return allowed.map((each) => code(each)).join(', ')
  if (anyOf) return anyOf.map((each) => typeOf(each)).join('; or ')
  if (items) return `list: ${typeOf(items)}`
  if (properties) return 'object'
  if (type === 'object') return `object of ${additionalProperties ? typeOf(additionalProperties) : 'any JSON'}`
  if (type === 'string') return FORMATS[format ?? ''] ?? 'text'
  if (type === 'boolean') return '`true` or `false`'
  if (type === undefined) return 'any JSON'
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
    ? 'number'
    : `number, ${minimum ?? 'over 0'} to ${maximum}`
}

function defaultOf({ default: value }: Described, isRequired: boolean): string {
  if (isRequired) return '*required*'
  return value === undefined || JSON.stringify(value) === '{}' ? '–' : code(value)
}

const exampleOf = (key: string, { examples = [] }: Described): string =>
  examples.map((example) => `\`${JSON.stringify(key)}: ${spaced(example)}\``).join(' ')

const code = (value: unknown): string => `\`${spaced(value)}\``
/** JSON in one line, with a space where people write one. */
const spaced = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{ ${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`)
    .join(', ')} }`.replace('{  }', '{}')
}
const cell = (text: string): string => text.replaceAll('|', '\\|')
