/** The fenced code blocks of the documentation, and the programs that they are taken from. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CodeBlock {
  /** Of its fence, from 1. */
  readonly line: number
  readonly language: string
  /** What follows the language on the fence, as in `file=examples/html/app.js#load`. */
  readonly info: string
  readonly code: string
}

const FENCE = /^( *)(`{3,})([^\s`]*) *([^`\n]*)\n([^]*?)^\1\2 *$/gm

export function codeBlocks(markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(FENCE)].map((match) => {
    const [, indent = '', , language = '', info = '', code = ''] = match
    return {
      line: markdown.slice(0, match.index).split('\n').length,
      language,
      info: info.trim(),
      code: code
        .split('\n')
        .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line))
        .join('\n'),
    }
  })
}

interface Source {
  readonly file: string
  readonly region: string | undefined
}

/** The file that a fence names, and the region of it. */
export function sourceOf(info: string): Source | undefined {
  const [, file, region] = /^file=([^\s#]+)(?:#(\S+))?$/.exec(info) ?? []
  return file === undefined ? undefined : { file, region }
}

const REGION = /^\s*(?:\/\/|<!--|#)\s*#(?:region\s+(?<begun>\S+)|endregion)\b.*$/

/** A file without its region marks, or one region of it without indentation. Regions can be nested. */
export function excerpt(root: string, { file, region }: Source): string {
  const path = join(root, file)
  if (!existsSync(path)) throw new Error(`There is no file ${file}.`)
  const lines: string[] = []
  const open: string[] = []
  let found = region === undefined
  for (const line of readFileSync(path, 'utf8').trimEnd().split('\n')) {
    const mark = REGION.exec(line)
    if (mark?.groups?.['begun']) {
      open.push(mark.groups['begun'])
      found ||= open.at(-1) === region
    } else if (mark) open.pop()
    else if (region === undefined || open.includes(region)) lines.push(line)
  }
  if (!found) throw new Error(`${file} has no region "${region}".`)
  const margin = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)))
  return `${lines.map((line) => line.slice(margin)).join('\n')}\n`
}

/** The same text with every block that names a file replaced by the file's content. */
export function withExcerpts(markdown: string, root: string): string {
  return markdown.replace(FENCE, (whole, ...groups: string[]) => {
    const [indent = '', fence, language, info = ''] = groups
    const source = sourceOf(info.trim())
    if (!source) return whole
    const code = excerpt(root, source)
    const body = code
      .split('\n')
      .map((line) => (line === '' ? '' : indent + line))
      .join('\n')
    return `${indent}${fence}${language} ${info}\n${body}${indent}${fence}`
  })
}
