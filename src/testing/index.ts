/** Playwright fixtures for apps that use Bearer Worker. @see docs/testing.md */
export { expect, test, type BearerWorkerFixtures } from './fixtures.ts'
export { BearerWorkerPage, type SignInOptions } from './bearer-worker-page.ts'
export { TokenServer } from './servers/token-server.ts'
export { Issuer, type TokenResponse } from './servers/issuer.ts'
export { FAULTS, type FaultName } from './servers/faults.ts'
