/**
 * Does the work while no other context of the origin does work under the same name.
 * Where the lock cannot be acquired in time, or there are no locks, `unlocked` decides what to do instead.
 * @see https://w3c.github.io/web-locks/
 */
export async function withLock<T>(
  name: string,
  waitMs: number,
  work: () => Promise<T>,
  unlocked: () => Promise<T>,
): Promise<T> {
  // Plain http has none.
  if (!(navigator.locks as LockManager | undefined)) return unlocked()
  let working: Promise<T> | undefined
  try {
    return await navigator.locks.request(name, { signal: AbortSignal.timeout(waitMs) }, () => (working = work()))
  } catch {
    // Another context may have stolen the lock: the work goes on without it.
    return working ?? unlocked()
  }
}
