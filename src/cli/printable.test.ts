import { describe, expect, test } from 'vitest'
import { UNPRINTABLE } from './hostile-text.ts'
import { printable } from './printable.ts'

describe('every character is escaped', () => {
  test.each(UNPRINTABLE.map((character) => [printable(character), character]))('%s', (shown, character) => {
    expect(shown).toMatch(/^(\\u[\da-f]{4})+$/)
    expect(JSON.parse(`"${shown}"`)).toBe(character)
  })

  test('what people write stays as it is', () => {
    for (const text of ['/api/*', 'Größe', '日本語', 'emoji 🎉', 'a"b\\c', 'C:\\x']) expect(printable(text)).toBe(text)
  })

  test('a long text is cut', () => expect(printable('x'.repeat(1e7)).length).toBeLessThan(500))
})
