import { createInterface } from 'node:readline/promises'
import { text, yellow } from '../styled.ts'

/** Whether a token endpoint that a site's configuration names may be sent a request; without `--probe` a person is asked. */
export type Consent = (method: string, url: string) => Promise<boolean>

/** One question at a time; without a terminal the answer is no. */
export function askingConsent(): Consent {
  let before: Promise<unknown> = Promise.resolve()
  return (method, url) => {
    const answer = before.then(() => ask(method, url))
    before = answer
    return answer
  }
}

async function ask(method: string, url: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const question = text`${yellow('?')} The site's configuration names the token endpoint ${url}. Send it a ${method} without a token, to see how it answers? [y/N] `
    return /^y(es)?$/i.test((await lines.question(`${question}`)).trim())
  } catch {
    return false
  } finally {
    lines.close()
  }
}
