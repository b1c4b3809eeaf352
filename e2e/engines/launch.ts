import { locate } from '../../scripts/browsers.mjs'
import { launchChromium } from './chromium.ts'
import type { Engine, EngineName } from './engine.ts'
import { launchFirefox } from './firefox.ts'
import { launchWebKit } from './webkit.ts'

/** Starts an engine with what is installed on this machine. */
export function launch(name: EngineName): Promise<Engine> {
  const installation = locate(name)
  if (!installation) throw new Error(`No ${name} here: run npm test, or node scripts/ensure-browsers.mjs.`)
  switch (name) {
    case 'chromium':
      return launchChromium(installation)
    case 'firefox':
      return launchFirefox(installation)
    case 'webkit':
      return launchWebKit(installation)
  }
}
