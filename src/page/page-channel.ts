import { asNotice } from '../policy/notice.ts'
import type { Notice } from '../protocol.ts'

/** The channel by which a page gets and sends notices. It is closed while the page is in the back-forward cache. */
export class PageChannel {
  #channel: BroadcastChannel | undefined

  /** @param configuration path of the configuration: contexts that share it hear each other */
  constructor(configuration: string, onNotice: (notice: Notice) => void) {
    const open = () => {
      const channel = (this.#channel = new BroadcastChannel(`bearer-worker ${configuration}`))
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        const notice = asNotice(data)
        if (notice) onNotice(notice)
      }
      const close = () => {
        channel.close()
        this.#channel = undefined
      }
      globalThis.addEventListener('pagehide', close, { once: true })
    }
    open()
    globalThis.addEventListener('pageshow', ({ persisted }) => persisted && open())
  }

  /** Sends a notice to the other pages and to the workers. */
  post(notice: Notice): void {
    this.#channel?.postMessage(notice)
  }
}
