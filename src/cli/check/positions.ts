import type { Node } from 'jsonc-parser'
import { type Keys, keysOf, pathOf } from './json-path.ts'

/** Where each path of a file stands, and which keys it has twice. */
export interface Positions {
  /** An offset; of a path that is not there, that of the nearest one around it. */
  of(path: string): number
  readonly twice: readonly { readonly path: string; readonly offset: number }[]
}

/** Walks the file once. */
export function positionsIn(root: Node): Positions {
  const offsets = new Map<string, number>()
  const twice: { path: string; offset: number }[] = []
  visit(root, [], root.offset)
  return {
    twice,
    of(path) {
      for (let keys = keysOf(path); ; keys = keys.slice(0, -1)) {
        const offset = offsets.get(pathOf(keys))
        if (offset !== undefined) return offset
      }
    },
  }

  function visit(node: Node, keys: Keys, offset: number): void {
    const path = pathOf(keys)
    offsets.set(path, offset)
    const names = new Set<string>()
    for (const [index, child] of (node.children ?? []).entries()) {
      if (node.type === 'array') {
        visit(child, [...keys, index], child.offset)
        continue
      }
      const [name, value] = child.children ?? []
      if (!name || !value) continue
      const inside = [...keys, name.value as string]
      if (names.has(name.value as string)) twice.push({ path: pathOf(inside), offset: name.offset })
      names.add(name.value as string)
      visit(value, inside, name.offset)
    }
  }
}

/** Lines and columns of offsets, counted from 1. */
export function lineReader(text: string): (offset: number) => { readonly line: number; readonly column: number } {
  const starts = [0, ...[...text.matchAll(/\r\n|\n|\r/g)].map(({ index, 0: end }) => index + end.length)]
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - starts[low]! + 1 }
  }
}
