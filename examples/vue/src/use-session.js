import { bearerWorker } from 'bearer-worker'
import { onScopeDispose, shallowRef } from 'vue'

/** A ref of the session; its value is undefined until it is known. */
export function useSession(name) {
  const session = shallowRef(bearerWorker.snapshot(name))
  onScopeDispose(bearerWorker.subscribe(() => (session.value = bearerWorker.snapshot(name))))
  return session
}
