import type { EnvironmentProviders } from '@angular/core'

/** The build without Angular's own worker has none to provide. */
export const workers: EnvironmentProviders[] = []
