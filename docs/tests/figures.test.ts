import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfiguration } from '../../src/policy/configuration.ts'
import { marksOf } from '../../src/policy/lifetime.ts'

const root = join(import.meta.dirname, '../..')
const defaults = readFileSync(join(root, 'docs/defaults.md'), 'utf8')
const rows = [...defaults.matchAll(/^\| (.+?) \| (.+?) \| (.+?) \|$/gm)].map(
  ([, what, figure, where]) => ({ what, figure, where }) as Record<'what' | 'figure' | 'where', string>,
)

describe('docs/defaults.md', () => {
  test.each(rows.filter(({ where }) => /^`[A-Z_]+` in /.test(where)))('$what: $figure', ({ figure, where }) => {
    const [, constant, file] = /^`([A-Z_]+)` in `(.+)`$/.exec(where)!
    const [, value] = new RegExp(`const ${constant} = ([\\d_]+)`).exec(readFileSync(join(root, file!), 'utf8'))!
    expect(Number(/^\d+/.exec(figure)?.[0])).toBe(Number(value!.replaceAll('_', '')))
  })

  test('the marks', () => {
    expect(marksOf(600, 0.3)).toEqual({ softMs: 180_000, hardMs: 10_000 })
    expect(marksOf(100, 0.3)).toEqual({ softMs: 30_000, hardMs: 5_000 })
  })

  const read = readConfiguration({ sessions: { main: { resources: ['/api/*'], refresh: { url: '/token' } } } })
  const session = (read.kind === 'good' ? read.configuration.sessions[0] : undefined) as unknown as Record<
    string,
    unknown
  >
  const jsonRows = rows.filter(({ what, figure }) => /^`[\w.]+`$/.test(what) && /^`[^`]+`$/.test(figure))

  test.each(jsonRows)('$what is $figure', ({ what, figure }) => {
    const value = what
      .slice(1, -1)
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], session)
    // One path is a list of one, once the configuration is read.
    expect([JSON.parse(figure.slice(1, -1))].flat()).toEqual([value].flat())
  })

  test('most of it was looked at', () => {
    expect(rows.length).toBeGreaterThan(30)
    expect(jsonRows.length).toBeGreaterThan(9)
  })
})
