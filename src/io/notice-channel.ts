import { asNotice } from '../policy/notice.ts'
import type { Notice } from '../protocol.ts'

/**
 * Opens the channel of all contexts of one origin that share a configuration. Returns the function that sends a notice
 * to the others.
 * @param configuration its path
 * @see https://html.spec.whatwg.org/multipage/web-messaging.html#broadcasting-to-other-browsing-contexts
 */
export function openNoticeChannel(configuration: string, onNotice: (notice: Notice) => void): (notice: Notice) => void {
  const channel = new BroadcastChannel(`bearer-worker ${configuration}`)
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    const notice = asNotice(data)
    if (notice) onNotice(notice)
  }
  return (notice) => channel.postMessage(notice)
}
