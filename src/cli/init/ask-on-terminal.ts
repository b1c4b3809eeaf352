import { createInterface, type Interface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { flagOf } from '../../servers/written.ts'
import { UsageError } from '../exit.ts'
import { bold, dim, text, yellow } from '../styled.ts'
import type { Ask } from './configure.ts'

export interface Terminal {
  readonly input: Readable & { readonly isTTY?: boolean }
  readonly output: Writable & { readonly isTTY?: boolean }
}

/** Whether somebody is there to answer. */
export const isTerminal = ({ input, output }: Terminal): boolean => input.isTTY === true && output.isTTY === true

/** Asks one question after the other. */
export function askOnTerminal({ input, output }: Terminal): { readonly ask: Ask; readonly close: () => void } {
  let lines: Interface | undefined
  const ask: Ask = async (name, { description, example, default: usual }, wrong) => {
    lines ??= createInterface({ input, output })
    if (wrong !== undefined) output.write(`${text`${yellow('•')} This ${wrong}`}\n`)
    else output.write(`${text`\n${bold(description)} ${dim(flagOf(name))}\n`}`)
    const hint = usual === undefined ? `as in ${example}` : `Enter for ${usual || 'empty'}`
    return line(lines, `${text`  ${dim(`(${hint})`)} `}`)
  }
  return { ask, close: () => lines?.close() }
}

/** Ctrl+C and the end of the input are no answer: nothing is written then. */
function line(lines: Interface, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const over = () => reject(new UsageError('Nothing was written: the questions were not answered.'))
    lines.once('close', over)
    lines.once('SIGINT', () => lines.close())
    lines.question(question).then((answer) => {
      lines.off('close', over)
      resolve(answer)
    }, over)
  })
}
