export type Keys = readonly (string | number)[]

/** A path as issues have it: `sessions.main.resources[0]`, `sessions["my main"]`. */
export function pathOf(keys: Keys): string {
  return keys
    .map((key) => {
      if (/^\d+$/.test(`${key}`)) return `[${key}]`
      return /^[\w$]+$/.test(`${key}`) ? `.${key}` : `[${JSON.stringify(key)}]`
    })
    .join('')
    .replace(/^\./, '')
}

/** The keys of such a path. */
export function keysOf(path: string): Keys {
  return [...path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([\w$]+)/g)].map(([, index, quoted, name]) => {
    if (index !== undefined) return Number(index)
    return quoted === undefined ? name! : (JSON.parse(quoted) as string)
  })
}
