/** The grants and tokens that the authorization server stores. */
type Payload = Record<string, unknown> & { readonly uid?: string; readonly grantId?: string; consumed?: number }

/** In memory without a limit, so that a busy test never loses a token: the provider's own store keeps 1000. */
export class GrantStore {
  readonly #kept = new Map<string, Payload>()

  drop(model: string): void {
    for (const key of this.#kept.keys()) if (key.startsWith(`${model}:`)) this.#kept.delete(key)
  }

  clear(): void {
    this.#kept.clear()
  }

  adapter(model: string) {
    const kept = this.#kept
    const key = (id: string) => `${model}:${id}`
    return {
      async upsert(id: string, payload: Payload) {
        kept.set(key(id), payload)
      },
      async find(id: string) {
        return kept.get(key(id))
      },
      async findByUid(uid: string) {
        return [...kept].find(([name, payload]) => name.startsWith(`${model}:`) && payload.uid === uid)?.[1]
      },
      async findByUserCode() {
        return undefined
      },
      async consume(id: string) {
        const payload = kept.get(key(id))
        if (payload) payload.consumed = Math.floor(Date.now() / 1000)
      },
      async destroy(id: string) {
        kept.delete(key(id))
      },
      async revokeByGrantId(grantId: string) {
        for (const [name, payload] of kept) if (payload.grantId === grantId) kept.delete(name)
      },
    }
  }
}
