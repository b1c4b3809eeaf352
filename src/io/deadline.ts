/** Rejects with a `TimeoutError` when the work takes longer; the work itself goes on. */
export function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new DOMException(`Not within ${ms} ms`, 'TimeoutError')), ms)
    work.finally(() => clearTimeout(timer)).then(resolve, reject)
  })
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
