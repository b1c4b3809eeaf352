import { HttpClient } from '@angular/common/http'
import { Component, inject, signal } from '@angular/core'
import { bearerWorker } from 'bearer-worker'

interface Row {
  readonly id: number
  readonly name: string
}

@Component({
  selector: 'app-rows',
  template: `
    <button (click)="load()">Load</button>
    <button (click)="signOut()">Sign out</button>
    <ul>
      @for (row of rows(); track row.id) {
        <li>{{ row.name }}</li>
      }
    </ul>
  `,
})
export class Rows {
  readonly rows = signal<readonly Row[]>([])
  readonly #http = inject(HttpClient)

  constructor() {
    this.load()
  }

  // #region load
  load(): void {
    this.#http.get<readonly Row[]>('/api/rows').subscribe({
      next: (rows) => this.rows.set(rows),
      error: () => {}, // the session says what happened
    })
  }
  // #endregion

  signOut(): void {
    void bearerWorker.signOut()
  }
}
