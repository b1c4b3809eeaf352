/** The prose of the project, wherever it stands: pages, comments and messages of the source, text of HTML. */
import { TextlintKernel, type TextlintRuleModule } from '@textlint/kernel'
import markdown from '@textlint/textlint-plugin-markdown'
import { type Comment, parseSync } from 'oxc-parser'
import { type DefaultTreeAdapterTypes, parse } from 'parse5'

/** A word that this project does not use, and what to write in its place. */
export interface UnwantedWord {
  readonly word: string
  readonly instead: string
}

export interface Prose {
  /** From 1. */
  readonly line: number
  readonly text: string
}

/** The rows of the table below the heading "Words" of CONTRIBUTING.md: `word`, `word` | what to write. */
export function unwantedWords(contributing: string): readonly UnwantedWord[] {
  const [, section = ''] = /^### Words not to use\n([^]*?)(?=^#|(?![^]))/m.exec(contributing) ?? []
  return [...section.matchAll(/^\| (`[^|]+) \| ([^|]+) \|$/gm)].flatMap(([, words = '', instead = '']) =>
    [...words.matchAll(/`([^`]+)`/g)].map(([, word = '']) => ({ word, instead })),
  )
}

const kernel = new TextlintKernel()

/** The text of a page, without code. Line breaks inside a paragraph are kept. */
export async function proseOfMarkdown(text: string): Promise<readonly Prose[]> {
  const found: Prose[] = []
  const collect: TextlintRuleModule = ({ Syntax, getSource }) => ({
    [Syntax.Str](node) {
      found.push({ line: node.loc.start.line, text: getSource(node) })
    },
  })
  await kernel.lintText(text, {
    ext: '.md',
    plugins: [{ pluginId: 'markdown', plugin: markdown }],
    rules: [{ ruleId: 'collect', rule: collect }],
  })
  return found
}

/** Comments, and strings of several words: messages, descriptions. */
export function proseOfSource(name: string, text: string): readonly Prose[] {
  const { comments, program } = parseSync(name, text)
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length
  return [
    ...comments.map(({ start, value }: Comment) => ({ line: lineAt(start), text: value.replace(/\n\s*\*?/g, '\n') })),
    ...stringsIn(program).map(({ start, value }) => ({ line: lineAt(start), text: value })),
  ]
}

interface StringNode {
  readonly start: number
  readonly value: string
}

function stringsIn(node: unknown): StringNode[] {
  if (Array.isArray(node)) return node.flatMap(stringsIn)
  if (typeof node !== 'object' || node === null) return []
  const { type, start, value } = node as { type?: string; start: number; value?: unknown }
  const text = type === 'TemplateElement' ? (value as { cooked?: string }).cooked : value
  if (type === 'Literal' || type === 'TemplateElement')
    return typeof text === 'string' && /\S\s+\S/.test(text) ? [{ start, value: text }] : []
  return Object.values(node).flatMap(stringsIn)
}

/** What a user reads or hears of a document. */
export function proseOfHtml(text: string): readonly Prose[] {
  const found: Prose[] = []
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    const line = node.sourceCodeLocation?.startLine ?? 1
    if ('value' in node) found.push({ line, text: node.value })
    if ('attrs' in node)
      for (const { name, value } of node.attrs)
        if (/^(alt|title|placeholder|content|aria-label)$/.test(name)) found.push({ line, text: value })
    if ('childNodes' in node && !/^(script|style)$/.test(node.nodeName)) node.childNodes.forEach(visit)
  }
  visit(parse(text, { sourceCodeLocationInfo: true }))
  return found
}

/** Where unwanted words stand in a text, with what to write instead. */
export function unwantedIn(prose: readonly Prose[], words: readonly UnwantedWord[]): readonly string[] {
  return prose.flatMap(({ line, text }) =>
    words.flatMap(({ word, instead }) =>
      [...text.matchAll(new RegExp(`(?<![\\w-])${word.replaceAll(' ', '\\s+')}(?![\\w-])`, 'gi'))].map((match) => {
        const before = text.slice(0, match.index).split('\n').length - 1
        return `${line + before}: "${match[0].replace(/\s+/g, ' ')}": write ${instead}`
      }),
    ),
  )
}
