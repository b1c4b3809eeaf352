// #region provider
import { provideServiceWorker } from '@angular/service-worker'

export const workers = [provideServiceWorker('worker.js')]
// #endregion
