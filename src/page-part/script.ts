/** The entry of `bearer-worker.page.js`: hands the part to the page script that has loaded it. */
import { type LoadedPart, PAGE_PART } from '../protocol.ts'
import { version } from '../version.ts'
import { openPagePart } from './index.ts'

const loaded: LoadedPart<typeof openPagePart> = { version, part: openPagePart }
Object.assign(globalThis, { [PAGE_PART]: loaded })
