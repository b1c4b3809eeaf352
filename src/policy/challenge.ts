/** One challenge of a `WWW-Authenticate` header; parameter names in lower case, a token68 left out. */
export interface Challenge {
  readonly scheme: string
  readonly parameters: Readonly<Record<string, string>>
}

const PART = /[\s,]*([!#$%&'*+.^`|~\w-]+)(?:[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/y
const TOKEN68 = /[ \t]+[\w\-.~+/]+=*[ \t]*(?=,|$)/y
const JUNK = /[\s,]*[^,]*/y

/** All challenges of a header, several of them joined by commas. @see https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1 */
export function parseChallenges(header: string | null | undefined): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  const text = header ?? ''
  let at = 0
  const matchNext = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match) at = pattern.lastIndex
    return match
  }
  while (at < text.length) {
    const part = matchNext(PART)
    if (!part) {
      matchNext(JUNK)
      continue
    }
    const [, name = '', quoted, plain] = part
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain
    if (value === undefined) {
      challenges.push({ scheme: name, parameters: {} })
      matchNext(TOKEN68)
    } else {
      const challenge = challenges.at(-1)
      if (challenge) challenge.parameters[name.toLowerCase()] = value
    }
  }
  return challenges
}
