/** What the bench asks of a page, and what comes back; `undefined` says that it is done. */
export interface Orders {
  readonly ready: { readonly order: Record<string, never>; readonly result: undefined }
  readonly signIn: { readonly order: { readonly lifetimeSeconds: number }; readonly result: undefined }
  /** Deletes the access token from the store of this origin, so that the next page has to ask for one. */
  readonly forget: { readonly order: Record<string, never>; readonly result: undefined }
  /** ms that the first request of this page took, which it has sent as soon as it ran. */
  readonly early: { readonly order: Record<string, never>; readonly result: Timed }
  /** One after the other; ms of each. */
  readonly sequence: {
    readonly order: { readonly path: string; readonly count: number }
    readonly result: { readonly times: readonly number[]; readonly failures: number }
  }
  /** `width` at a time. */
  readonly flight: {
    readonly order: { readonly path: string; readonly count: number; readonly width: number }
    readonly result: Timed
  }
  /** All at once; ms since epoch. */
  readonly burst: {
    readonly order: { readonly path: string; readonly count: number; readonly renews: boolean }
    readonly result: { readonly begunAt: number; readonly endedAt: number; readonly failures: number }
  }
  readonly down: { readonly order: { readonly path: string; readonly bytes: number }; readonly result: Timed }
  readonly up: {
    readonly order: { readonly path: string; readonly bytes: number; readonly status: number }
    readonly result: Timed
  }
}

export interface Timed {
  readonly ms: number
  readonly failures: number
}

export type Order = keyof Orders
