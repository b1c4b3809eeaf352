/** A stored configuration can be written by any script of the origin: whatever it is, it is refused or put in force, never hung upon. */
import 'urlpattern-polyfill'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { version } from '../version.ts'
import { enforce, enforceStored, toStored } from './configuration-in-force.ts'

const PARAMETERS = { seed: 20_261_125, numRuns: 500 }
const URL = 'https://app.example/bearer-worker.json'
const BASE = 'https://app.example'
const text = JSON.stringify({ sessions: { main: { resources: ['/api/*'], refresh: { url: '/token' } } } })
const good = toStored(enforce(text, URL, BASE))

const poison = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 0, NaN, '', '{', '[]', '{"sessions":7}', [], {}, 10n, new Map()),
  fc.anything({ withMap: true, withSet: true, withBigInt: true, withDate: true }),
)

test('what was stored is put in force', () => {
  expect(enforceStored(good, URL, BASE)?.configuration).toEqual(good.configuration)
})

test('what is none is refused with an error, or counts as nothing', () => {
  const { configuration } = good
  const session = configuration.sessions[0]!
  const spoilt = fc.oneof(
    poison,
    poison.map((each) => ({ ...good, text: each })),
    poison.map((each) => ({ ...good, build: each })),
    poison.map((each) => ({ ...good, configuration: each })),
    poison.map((each) => ({ ...good, configuration: { sessions: each } })),
    poison.map((each) => ({ ...good, configuration: { sessions: [each] } })),
    ...Object.keys(session).map((key) =>
      poison.map((each) => ({ build: version, text, configuration: { sessions: [{ ...session, [key]: each }] } })),
    ),
  )
  fc.assert(
    fc.property(spoilt, (stored) => {
      try {
        enforceStored(stored, URL, BASE)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }),
    PARAMETERS,
  )
})
