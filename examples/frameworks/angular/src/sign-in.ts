import { HttpClient } from '@angular/common/http'
import { Component, inject, signal } from '@angular/core'
import { Router } from '@angular/router'
import { bearerWorker } from 'bearer-worker'

@Component({
  selector: 'app-sign-in',
  template: `
    <form (submit)="signIn($event)">
      <label>Name <input name="username" /></label>
      <label>Password <input name="password" type="password" /></label>
      <button>Sign in</button>
      <p role="status">{{ message() }}</p>
    </form>
  `,
})
export class SignIn {
  readonly message = signal('')
  readonly #http = inject(HttpClient)
  readonly #router = inject(Router)

  constructor() {
    void bearerWorker.session().then(({ state }) => this.message.set(state === 'ended' ? 'Please sign in again.' : ''))
  }

  signIn(event: SubmitEvent): void {
    event.preventDefault()
    const credentials = Object.fromEntries(new FormData(event.target as HTMLFormElement))
    this.#http.post('/auth/login', credentials).subscribe({
      next: () => void this.#router.navigateByUrl('/rows'),
      error: () => this.message.set('Wrong name or password.'),
    })
  }
}
