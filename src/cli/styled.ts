import pc from 'picocolors'
import wrapAnsi from 'wrap-ansi'
import { printable } from './printable.ts'

/** Text that is safe to print: only `text` and `styles` make one, and they escape whatever a file or a site says. */
export class Styled {
  readonly #text: string
  private constructor(text: string) {
    this.#text = text
  }

  static readonly make = (text: string): Styled => new Styled(text)

  toString(): string {
    return this.#text
  }
}

export type Printed = string | number | Styled

/** A tag for template literals: what stands between the placeholders is ours, what is put in is escaped unless it is styled. */
export function text(ours: TemplateStringsArray, ...values: readonly Printed[]): Styled {
  return Styled.make(ours.map((part, at) => part + (at < values.length ? safe(values[at]!) : '')).join(''))
}

const safe = (value: Printed) => (value instanceof Styled ? value.toString() : printable(`${value}`))
const style = (colour: (text: string) => string) => (value: Printed) => Styled.make(colour(safe(value)))

/** picocolors leaves the colours out where there is no terminal, and with NO_COLOR. */
export const bold = style(pc.bold)
export const dim = style(pc.dim)
export const red = style(pc.red)
export const green = style(pc.green)
export const yellow = style(pc.yellow)

export function joined(parts: readonly Printed[], between: string): Styled {
  return Styled.make(parts.map(safe).join(between))
}

/** Breaks a text into lines of the terminal; every line after the first begins with `indent` spaces. Without a terminal it stays one line. */
export function hanging(value: Printed, indent: number, columns = process.stdout.columns): Styled {
  const whole = safe(value)
  if (!columns || columns < indent + 20) return Styled.make(whole)
  return Styled.make(
    wrapAnsi(whole, columns - indent, { hard: true, trim: true }).replaceAll('\n', `\n${' '.repeat(indent)}`),
  )
}

export function say(line: Styled): void {
  process.stdout.write(`${line}\n`)
}
