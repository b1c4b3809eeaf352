/** The contenders, each at an origin of its own: `<name>.localhost`. */
export interface Contender {
  readonly name: string
  readonly label: string
  /** The file in bench/pages that drives it. */
  readonly page: string
  /** The file in bench/workers, for a minimal worker to compare with. */
  readonly worker?: string
  /** The second run of the same floor: its difference from the first is noise. */
  readonly twinOf?: string
  readonly html?: string
  /** Has a session with `authorizationServer`, so that the worker imports the OAuth part: measured where that may matter, at the start. */
  readonly oauth?: true
  /** Its session is `direct`: the page authorizes its requests itself. */
  readonly direct?: true
  /** Its session has a vault, at another name of the same site. */
  readonly vault?: true
}

export const contenders = [
  { name: 'none', label: 'no worker', page: 'no-worker' },
  { name: 'stored', label: 'no worker, token in IndexedDB', page: 'stored' },
  { name: 'pass', label: 'pass-through worker', page: 'minimal', worker: 'pass-through' },
  { name: 'inject', label: 'minimal injecting worker', page: 'minimal', worker: 'injecting' },
  { name: 'inject2', label: 'the same again', page: 'minimal', worker: 'injecting', twinOf: 'inject' },
  { name: 'store', label: 'with store and static routes', page: 'minimal', worker: 'store' },
  { name: 'store2', label: 'the same again', page: 'minimal', worker: 'store', twinOf: 'store' },
  { name: 'routed', label: 'static route past a worker, no code of ours', page: 'minimal', worker: 'routed' },
  { name: 'axa', label: '@axa-fr/oidc-client-service-worker', page: 'axa' },
  { name: 'axios', label: 'axios + axios-auth-refresh', page: 'axios' },
  {
    name: 'oauth',
    label: 'Bearer Worker, with the OAuth part',
    page: 'ours',
    html: '<script src="/bearer-worker.js"></script>',
    oauth: true,
  },
  {
    name: 'direct',
    label: 'Bearer Worker, direct',
    page: 'ours',
    html: '<script src="/bearer-worker.js"></script>',
    direct: true,
  },
  {
    name: 'vault',
    label: 'Bearer Worker, with a vault',
    page: 'ours',
    html: '<script src="/bearer-worker.js"></script>',
    vault: true,
  },
  { name: 'ours', label: 'Bearer Worker', page: 'ours', html: '<script src="/bearer-worker.js"></script>' },
] as const satisfies readonly Contender[]

export type Name = (typeof contenders)[number]['name']
export const names: readonly Name[] = contenders.map(({ name }) => name)
export const contender = (name: string): Contender => contenders.find((each) => each.name === name)!
