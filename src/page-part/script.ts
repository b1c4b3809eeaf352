/** The entry of `bearer-worker.page.js`: hands the part to the page script that has loaded it. */
import { PAGE_PART } from '../protocol.ts'
import { openPagePart } from './index.ts'

Object.assign(globalThis, { [PAGE_PART]: openPagePart })
