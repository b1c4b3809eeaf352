/** The schema that editors complete the file of a vault by has the keys that the vault takes. */
import { expect, test } from 'vitest'
import { vaultJsonSchema } from '../../scripts/vault-schema.ts'
import { check } from '../../src/cli/check.ts'

interface Member {
  readonly description?: string
  readonly properties: Readonly<Record<string, Member>>
  readonly additionalProperties: Member
}

const authorizationServer = {
  issuer: 'https://id.example.com',
  clientId: 'spa',
  redirectUri: '/bearer-worker.vault.html',
}

test('a key is in the schema, with a description, where the vault does not say that it belongs to the app', async () => {
  const { properties, required } = (await vaultJsonSchema()) as Member & { readonly required: readonly string[] }
  expect(required).toEqual(['apps', 'sessions'])
  expect(Object.keys(properties)).toEqual(['$schema', 'apps', 'sessions'])
  const session = properties['sessions']!.additionalProperties.properties
  expect(session['refresh']!.properties).not.toHaveProperty('by')
  const ofTheApp = ['resources', 'except', 'capture', 'vault', 'direct', 'scheme', 'sockets']
  for (const key of [...Object.keys(session), ...ofTheApp]) {
    const main = { authorizationServer, [key]: 7 }
    const checked = check(JSON.stringify({ apps: ['https://app.example.com'], sessions: { main } }), 'a.vault.json')
    const isTakenOut =
      checked.kind === 'bad' && checked.issues.some(({ message }) => message.startsWith('Take this out'))
    expect([key, isTakenOut]).toEqual([key, ofTheApp.includes(key)])
    if (!ofTheApp.includes(key)) expect([key, session[key]!.description]).toEqual([key, expect.any(String)])
  }
})
