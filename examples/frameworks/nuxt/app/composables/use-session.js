import { bearerWorker } from 'bearer-worker'
import { onMounted, onScopeDispose, shallowRef } from 'vue'

/** A ref of the session; undefined on the server, and until the worker has answered. */
export function useSession() {
  const session = shallowRef()
  let stop
  onMounted(() => {
    session.value = bearerWorker.snapshot()
    stop = bearerWorker.subscribe(() => (session.value = bearerWorker.snapshot()))
  })
  onScopeDispose(() => stop?.())
  return session
}
