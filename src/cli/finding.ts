/** One thing that is wrong: what, where, and how to fix it. */
export interface Finding {
  /** Stable, for scripts: e.g. `preflight-authorization`. */
  readonly code: string
  /** A `note` does not fail a run. */
  readonly severity: 'problem' | 'note'
  readonly message: string
  /** A URL, a file, or the JSON path in one. */
  readonly where: string
  readonly cure: string
}

/** Collects findings; each check takes one and tells it what it found. */
export class Findings {
  readonly all: Finding[] = []

  problem(code: string, where: string, message: string, cure: string): void {
    this.all.push({ code, severity: 'problem', message, where, cure })
  }

  note(code: string, where: string, message: string, cure: string): void {
    this.all.push({ code, severity: 'note', message, where, cure })
  }

  get hasProblems(): boolean {
    return this.all.some(({ severity }) => severity === 'problem')
  }
}
