/**
 * Does the work while no other context of the origin does work under the same name.
 * Where the lock cannot be had in time, or there are no locks, `unlocked` decides what to do instead.
 * @see https://w3c.github.io/web-locks/
 */
export async function withLock<T>(
  name: string,
  waitMs: number,
  work: () => Promise<T>,
  unlocked: () => Promise<T>,
): Promise<T> {
  const locks = navigator.locks as LockManager | undefined
  if (!locks) return unlocked()
  let granted = false
  try {
    return await locks.request(name, { signal: AbortSignal.timeout(waitMs) }, () => {
      granted = true
      return work()
    })
  } catch (error) {
    if (granted) throw error
    return unlocked()
  }
}
