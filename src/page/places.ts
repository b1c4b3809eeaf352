/** Absolute URLs of the scripts and of the configuration, and the folder whose pages are covered. */
export interface Places {
  readonly worker: URL
  readonly pagePart: URL
  readonly oauthPart: URL
  readonly config: URL
  readonly scope: string
  readonly type: WorkerType
  /** The site names its worker. Otherwise one that has Bearer Worker as a part may have any name. */
  readonly isNamed: boolean
  /** For the scripts of the parts, where the Content-Security-Policy allows those with a nonce only. */
  readonly nonce: string | undefined
}
