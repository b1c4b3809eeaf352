import { provideHttpClient } from '@angular/common/http'
import { Component, inject } from '@angular/core'
import { bootstrapApplication } from '@angular/platform-browser'
import { type CanActivateFn, provideRouter, Router, RouterOutlet, RouterLink } from '@angular/router'
import { bearerWorker } from 'bearer-worker'
import { Rows } from './rows'
import { SignIn } from './sign-in'
import { workers } from './workers'

// #region guard
const signedIn: CanActivateFn = async () => {
  const router = inject(Router)
  const { state } = await bearerWorker.session()
  return state === 'active' || router.parseUrl('/sign-in')
}
// #endregion

@Component({ selector: 'app-home', imports: [RouterLink], template: '<a routerLink="/rows">Rows</a>' })
class Home {}

@Component({ selector: 'app-root', imports: [RouterOutlet], template: '<router-outlet />' })
class App {
  constructor() {
    const router = inject(Router)
    // #region session
    bearerWorker.addEventListener('sessionchange', ({ detail: { state } }) => {
      if (state !== 'active') void router.navigateByUrl('/sign-in')
    })
    // #endregion
  }
}

await bootstrapApplication(App, {
  providers: [
    // #region providers
    provideHttpClient(), // no interceptor: the worker adds the token
    // #endregion
    provideRouter([
      { path: '', component: Home },
      { path: 'sign-in', component: SignIn },
      { path: 'rows', component: Rows, canActivate: [signedIn] },
    ]),
    ...workers,
  ],
})
