/** Members of an entry that not every library of types knows. */
type Timed = PerformanceResourceTiming & {
  readonly deliveryType?: string
  readonly responseStatus?: number
  readonly firstInterimResponseStart?: number
  readonly contentType?: string
  readonly renderBlockingStatus?: string
}

/** Runs in the page: what Resource Timing says of the last request to a URL. Times of day differ, so only whether they are there. */
export async function observeTiming(url: string): Promise<Readonly<Record<string, unknown>>> {
  const name = new URL(url, location.href)
  name.hash = ''
  const entry = await new Promise<Timed | undefined>((resolve) => {
    setTimeout(resolve, 300)
    const look = () => {
      const found = performance.getEntriesByType('resource').filter((each) => each.name === name.href)
      if (found.length > 0) resolve(found.at(-1) as Timed)
      else setTimeout(look, 20)
    }
    look()
  })
  if (!entry) return { timing: 'none' }
  const { initiatorType, nextHopProtocol, transferSize, encodedBodySize, decodedBodySize, deliveryType } = entry
  const { responseStatus, contentType, renderBlockingStatus } = entry
  return {
    'timing.initiatorType': initiatorType,
    'timing.nextHopProtocol': nextHopProtocol,
    'timing.transferred': transferSize > 0,
    'timing.encodedBodySize': encodedBodySize,
    'timing.decodedBodySize': decodedBodySize,
    'timing.workerStart': entry.workerStart > 0,
    'timing.redirectStart': entry.redirectStart > 0,
    'timing.deliveryType': deliveryType,
    'timing.responseStatus': responseStatus,
    'timing.requestStart': entry.requestStart > 0,
    'timing.responseStart': entry.responseStart > 0,
    'timing.interim': (entry.firstInterimResponseStart ?? 0) > 0,
    'timing.contentType': contentType,
    'timing.renderBlockingStatus': renderBlockingStatus,
  }
}
