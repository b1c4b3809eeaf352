import { write } from './dom.ts'
import type { Parts } from './parts.ts'

/** In ms: how long the button says that it has copied. */
const COPIED_MS = 2_000

/** Copies the report; without a clipboard (an insecure origin, or a policy) it shows the text selected instead. */
export async function copyReport(text: string, { report, copy, live }: Pick<Parts, 'report' | 'copy' | 'live'>) {
  try {
    await navigator.clipboard.writeText(text)
    report.hidden = true
    write(copy, 'Copied')
    live.textContent = 'Report copied, without tokens.'
    setTimeout(() => write(copy, 'Copy report'), COPIED_MS)
  } catch {
    report.hidden = false
    report.value = text
    report.focus()
    report.select()
  }
}
