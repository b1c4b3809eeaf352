/** The pages of docs/servers, made from src/servers. */
import { KNOWN_SERVERS, SERVER_GROUPS } from '../src/servers/index.ts'
import {
  exampleInputs,
  type DocumentedAnswer,
  type DocumentedRequest,
  type KnownServer,
} from '../src/servers/known-server.ts'
import { configurationText, flagOf } from '../src/servers/written.ts'

export const FOLDER = 'docs/servers'

/** Fixed, so that pages do not change by themselves. */
const NOW = Date.UTC(2026, 10, 25) / 1000

/** Every page, by the name of its file. */
export function serverPages(): ReadonlyMap<string, string> {
  return new Map([
    ['README.md', overview()],
    ...KNOWN_SERVERS.map((server) => [`${server.name}.md`, page(server)] as const),
  ])
}

function overview(): string {
  const tables = SERVER_GROUPS.map(({ title, servers }) =>
    [
      `## ${title}`,
      '',
      row(['server', '`--for`', 'sign-in', 'refresh', 'sign-out', 'not offered', 'answers']),
      row(Array(7).fill('---')),
      ...servers.map((server) =>
        row([`[${server.title}](${server.name}.md)`, `\`${server.name}\``, ...abilities(server)]),
      ),
    ].join('\n'),
  )
  return `${[
    '# Which servers',
    'Servers whose answers are known. `npx bearer-worker init public --for NAME` writes the configuration: it asks for what it needs, or takes flags. The file that it writes is plain JSON, for you to change. Each page says what to set at the server, what surprises, and what goes out and comes back.',
    'Each row is a test in a browser, `e2e/known-servers.spec.ts`: a server that gives the answers named in the last column is signed in at, asked for data, refuses a token, refreshes it, limits, ends the session, and is told of the sign-out; each request that goes out is compared with the documented one. It is not a test of the running product, unless the page of the server says so.',
    ...tables,
    'Your server is not here? With OpenID Connect it needs [its issuer alone](openid-connect.md). Any other can be [described by hand](../describe-a-server.md): what it has to offer is a request that answers an access token. [Servers that were run](../real-servers.md) has the last results with real servers, and [SDKs](../sdks/README.md) says what to do where an SDK has the tokens.',
    MADE,
  ].join('\n\n')}\n`
}

/** What the overview says of a server: sign-in, refresh, sign-out, what is not offered, and where its answers come from. */
function abilities(server: KnownServer): readonly string[] {
  const answers = server.answers(exampleInputs(server), NOW)
  return [
    SIGN_IN[answers.signIn.by],
    refreshOf(server),
    signOutOf(server),
    server.cannot.map(briefly).join('; ') || '–',
    `${SOURCE[server.evidence.kind]}: ${server.evidence.version}`,
  ]
}

/** What stands before the first colon or full stop, as a part of a list. */
const briefly = (sentence: string, index: number): string => {
  const [first = ''] = sentence.split(/[:.](?=\s|$)/)
  return index === 0 ? first : first.replace(/^./, (letter) => letter.toLowerCase())
}

const SOURCE = { run: 'recorded', 'source code': 'source code', documentation: 'documentation' } as const

const SIGN_IN = {
  capture: 'your form; its answer is captured',
  cookie: 'your form; `refresh()` after it',
  code: '`signIn()`',
  page: 'code of your page',
} as const

function refreshOf(server: KnownServer): string {
  const { signIn, refresh } = server.answers(exampleInputs(server), NOW)
  if (signIn.by === 'page') return 'code of your page'
  if (!refresh) return 'no'
  const written = JSON.stringify(server.configuration(exampleInputs(server)))
  if (refresh.request.headers?.['cookie']) return 'by cookie'
  if (/"refresh":\{[^}]*"headers":\{[^}]*\{accessToken\}/.test(written)) return 'by the access token itself'
  return 'by refresh token'
}

function signOutOf(server: KnownServer): string {
  const { signOut, endSession } = server.answers(exampleInputs(server), NOW)
  const parts = [signOut && 'tells the server', endSession && 'ends the session there']
  return parts.filter(Boolean).join(', ') || 'forgets the tokens'
}

function page(server: KnownServer): string {
  const inputs = exampleInputs(server)
  const asked = Object.entries(server.inputs)
  return `${[
    `# ${server.title}`,
    `\`npx bearer-worker init public --for ${server.name}\` writes this file${asked.length > 0 ? ', with your values' : ''}:`,
    `\`\`\`json configuration\n${configurationText(server.configuration(inputs))}\n\`\`\``,
    ...(asked.length > 0
      ? [
          [
            row(['flag', 'what', 'without it']),
            row(['---', '---', '---']),
            ...asked.map(([name, { description, example, default: usual }]) =>
              row([`\`${flagOf(name)}\``, `${description} Example: \`${example}\`.`, usualCell(usual)]),
            ),
          ].join('\n'),
        ]
      : []),
    ...section('At the server', server.atTheServer),
    ...section('Good to know', server.quirks),
    ...section('Not offered', server.cannot),
    '## What goes out and comes back',
    `${EVIDENCE[server.evidence.kind]} ${server.evidence.version}. Tokens are made up and shortened.`,
    exchangesOf(server),
    '## Read',
    server.sources.map(({ title, url, read }) => `- [${title}](${url}), ${read}`).join('\n'),
    MADE,
  ].join('\n\n')}\n`
}

function usualCell(usual: string | undefined): string {
  if (usual === undefined) return 'asked for'
  return usual === '' ? 'empty' : `\`${usual}\``
}

const EVIDENCE = {
  run: 'Recorded:',
  'source code': 'From the source code:',
  documentation: 'From documentation:',
} as const
const MADE = '<!-- Made by npm run docs:servers from src/servers. Change it there. -->'

const section = (title: string, sentences: readonly string[]): readonly string[] =>
  sentences.length > 0 ? [`## ${title}`, sentences.map((sentence) => `- ${sentence}`).join('\n')] : []

function exchangesOf(server: KnownServer): string {
  const { signIn, refresh, refusal, noRefusal, ended, forNow, signOut, endSession } = server.answers(
    exampleInputs(server),
    NOW,
  )
  const lines: (readonly string[])[] = []
  if (signIn.by === 'page') lines.push(['sign-in', '`bearerWorker.provideTokens()`', code(signIn.provided[0] ?? null)])
  else {
    if (signIn.by === 'code' && signIn.metadata)
      lines.push(['metadata', requestCell(signIn.metadata.request), answerCell(signIn.metadata.answer)])
    lines.push(['sign-in', requestCell(signIn.exchange.request), answerCell(signIn.exchange.answer)])
  }
  if (refresh) lines.push(['refresh', requestCell(refresh.request), answerCell(refresh.answer)])
  lines.push(['refusal by the API', requestCell(refusal.request), answerCell(refusal.answer)])
  for (const answer of noRefusal ?? []) lines.push(['no refusal', 'the same', answerCell(answer)])
  if (ended) lines.push(['end of the session', 'the refresh', answerCell(ended)])
  for (const answer of forNow ?? []) lines.push(['no end', 'the refresh', answerCell(answer)])
  if (signOut) lines.push(['sign-out', requestCell(signOut.request), answerCell(signOut.answer)])
  if (endSession)
    lines.push(['after it', `navigation to \`${endSession.url}\` with ${code(absolute(endSession.parameters))}`, '–'])
  return [row(['', 'request', 'answer']), row(['---', '---', '---']), ...lines.map(row)].join('\n')
}

/** What is relative in a configuration, such as `redirect_uri`, is absolute in a request. */
const absolute = (fields: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      /_uri$/.test(name) ? new URL(value, 'https://app.example.com').href : value,
    ]),
  )

function requestCell({ method, url, headers, form, json }: DocumentedRequest): string {
  return [
    `\`${method} ${short(url)}\``,
    ...headerLines(headers),
    ...(form ? [code(new URLSearchParams(absolute(form)).toString())] : []),
    ...(json === undefined ? [] : [code(json)]),
  ].join('<br>')
}

function answerCell({ status, headers, body }: DocumentedAnswer): string {
  return [`${status}`, ...headerLines(headers), ...(body === undefined ? [] : [code(body)])].join('<br>')
}

const headerLines = (headers: Readonly<Record<string, string>> = {}): readonly string[] =>
  Object.entries(headers).map(([name, value]) => code(`${name}: ${value}`))

const code = (value: unknown): string => `\`${short(typeof value === 'string' ? value : JSON.stringify(value))}\``

/** A JWT is as good as its first letters. */
const short = (text: string): string => text.replace(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'eyJ…')

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
