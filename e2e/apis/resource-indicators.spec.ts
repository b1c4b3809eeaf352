/** Several APIs of an authorization server that goes by resource indicators. @see https://www.rfc-editor.org/rfc/rfc8707 */
import { ask } from '../app.ts'
import { oneSession } from '../configurations.ts'
import { oidcSession, openSignedInAt, readStore, test } from '../oauth.ts'
import { expect, statusOf } from './apis.ts'

for (const dpop of [false, true])
  test(`oidc-provider: the user agrees once, each API gets a token of its own${dpop ? ', bound to one key' : ''}`, async ({
    browsing,
    site,
    id,
  }) => {
    const letters = `${id.url}/letters`
    const resources = [`${id.url}/rows`, { url: letters, resource: letters, scope: 'letters' }]
    site.configuration = oneSession(oidcSession(id, { dpop }, { resources }))
    const asked: URLSearchParams[] = []
    id.onTheWayThere = ({ searchParams, pathname }) => pathname === '/auth' && asked.push(searchParams)
    const tab = await openSignedInAt(browsing, id, site)
    expect(asked[0]?.getAll('resource')).toEqual([`${id.url}/rows`, letters])
    expect(asked[0]?.get('scope')).toBe('openid offline_access profile rows letters')
    expect(id.counts).toMatchObject({ codes: 1, refreshes: 0 })

    for (const url of [`${id.url}/rows`, letters, `${id.url}/rows`, letters]) expect(await statusOf(tab, url)).toBe(200)
    expect(id.counts).toMatchObject({ refreshes: 1, refused: 0 })
    if (dpop) for (const proof of id.guard.proofs) expect(proof).not.toBe('')

    // Both are refused at once: the refresh token rotates from the one to the other.
    id.revokeAccessTokens()
    const both = await Promise.all([`${id.url}/rows`, letters].map((url) => statusOf(tab, url)))
    expect(both).toEqual([200, 200])
    expect(id.counts).toMatchObject({ refreshes: 3, refreshesRefused: 0 })
    expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({
      state: 'active',
      scope: expect.stringContaining('rows'),
    })

    await tab.evaluate(() => bearerWorker.signOut())
    expect((await readStore(tab))['/bearer-worker.json main']).not.toHaveProperty('apis')
    expect((await ask(tab, letters)).status).toBe(401)
  })
