/** What can happen to tabs, worker and server while requests are under way. */
import { openApp, signIn } from '../app.ts'
import type { Browsing, Engine, Tab } from '../engines/engine.ts'
import type { Site } from '../servers/site.ts'
import type { Random } from '../../scripts/random.ts'
import type { TokenServer } from '../../src/testing/servers/token-server.ts'

export interface Scene {
  readonly browsing: Browsing
  readonly engine: Engine
  readonly site: Site
  readonly tokens: TokenServer
  readonly random: Random
  tabs: Tab[]
}

/** What a misfortune may do to the requests of its round; a request left alone by all of them has to succeed. */
export interface Misfortune {
  readonly name: string
  /** Requests may be refused, or fail on the network. */
  readonly disturbs: boolean
  /** An answer with new tokens may be lost: without a grace nobody can save the session. */
  readonly loses: boolean
  readonly happen: (scene: Scene) => Promise<void>
}

/** WebKit starts a worker that was killed anew in the process of a tab: there it can be killed only once. */
async function stopWorkers({ browsing, engine }: Scene): Promise<void> {
  await browsing.stopWorkers().catch((error: unknown) => {
    if (engine.name !== 'webkit') throw error
  })
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export const MISFORTUNES: readonly Misfortune[] = [
  { name: 'nothing', disturbs: false, loses: false, happen: async () => {} },
  { name: 'stop the worker', disturbs: true, loses: true, happen: stopWorkers },
  {
    name: 'stop the worker between the rotation and the commit',
    disturbs: true,
    loses: true,
    async happen(scene) {
      const gate = scene.tokens.hold()
      await Promise.race([gate.arrived(), pause(1_500)])
      await stopWorkers(scene)
      gate.release()
    },
  },
  {
    name: 'close a tab, open another',
    disturbs: true,
    loses: false,
    async happen(scene) {
      const { browsing, site, tabs, random } = scene
      const [closed] = tabs.splice(random.below(tabs.length), 1)
      await closed?.close()
      tabs.push(await openApp(browsing, site))
    },
  },
  {
    name: 'cut the server',
    disturbs: true,
    loses: true,
    async happen({ tokens, random }) {
      await tokens.stop()
      await pause(random.below(800))
      await tokens.start()
    },
  },
  {
    name: 'delay the answers',
    disturbs: false,
    loses: false,
    async happen({ tokens, random }) {
      const gate = tokens.hold()
      await pause(random.below(1_200))
      gate.release()
    },
  },
  {
    name: 'drop an answer with new tokens',
    disturbs: true,
    loses: true,
    happen: async ({ tokens, random }) =>
      tokens.fail(random.pick(['wire-answer-lost', 'wire-answer-lost-in-body', 'wire-answer-lost-502']), { times: 1 }),
  },
  {
    name: 'a bad day of the server',
    disturbs: true,
    loses: false,
    happen: async ({ tokens, random }) =>
      tokens.fail(
        random.pick([
          'status-503-seconds',
          'status-429-empty',
          'status-500-html',
          'body-captive-portal',
          'wire-reset',
          'redirect-307-elsewhere',
        ]),
        { times: 1 + random.below(4) },
      ),
  },
  {
    name: 'reload a tab hard',
    disturbs: true,
    loses: false,
    async happen({ tabs, random }) {
      const tab = random.pick(tabs)
      await tab.hardReload?.()
      await tab.evaluate(() => bearerWorker.ready)
    },
  },
  {
    name: 'sign out and in',
    disturbs: true,
    loses: false,
    async happen({ tabs, random }) {
      const tab = random.pick(tabs)
      await tab.evaluate(() => bearerWorker.signOut())
      await signIn(tab)
    },
  },
]
