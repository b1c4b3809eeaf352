/** Who else asks for tokens of several APIs: sockets and their tickets, and a page that provides the tokens itself. */
import { openApp, openSignedIn } from '../app.ts'
import { Sockets } from '../servers/sockets.ts'
import { open, OPENED } from '../sockets/sockets.ts'
import { expect, MAIL, statusOf, test } from './apis.ts'

test('a socket, and a ticket, go by the entry of resources that lists their URL', async ({
  browsing,
  site,
  tokens,
  configure,
}) => {
  const sockets = await Sockets.start(tokens.issuer)
  sockets.audience = MAIL
  configure({
    exposeAccessToken: true,
    resources: ['/api/*', { url: sockets.url('/*', 'http'), resource: MAIL }],
    sockets: [
      { url: sockets.url('/ticket/*'), ticket: { url: sockets.url('/tickets', 'http') } },
      { url: sockets.url('/*'), parameter: 'access_token' },
    ],
  })
  const tab = await openSignedIn(browsing, site)
  const own = tokens.issuer.latest.access_token
  const opened = [...OPENED, ['close', 1000, '']]
  expect(await open(tab, { url: sockets.url('/401/live') })).toEqual(opened)
  const token = tokens.issuer.latest.access_token
  expect(token).not.toBe(own)
  expect(await open(tab, { url: sockets.url('/ticket/live') })).toEqual(opened)
  expect(sockets.handshakes[0]?.token).toBe(token)
  expect(sockets.ticketRequests).toEqual([`Bearer ${token}`])
  expect(tokens.refreshes).toHaveLength(1)

  // A token that the server refuses by closing the socket: the next one has another.
  tokens.issuer.expireAccessTokens()
  expect((await open(tab, { url: sockets.url('/4401/live') })).at(-1)).toEqual(['close', 4401, ''])
  expect(await open(tab, { url: sockets.url('/4401/live') })).toEqual(opened)
  expect(tokens.refreshes).toHaveLength(2)
  await sockets.stop()
})

test('a page that provides tokens is told which one is wanted; a session begins with its own', async ({
  browsing,
  site,
  tokens,
  mail,
  configure,
}) => {
  configure({ refresh: { by: 'page' }, capture: [] })
  const tab = await openApp(browsing, site)
  const { refresh_token } = tokens.issuer.signIn()
  await tab.evaluate((first) => {
    let presented = first
    bearerWorker.provideTokens(async ({ reason, resource, scope }) => {
      asked.push([reason, resource, scope].join(' '))
      const body = new URLSearchParams({
        refresh_token: presented,
        ...(resource && { resource }),
        ...(scope && { scope }),
      })
      const tokens = await (await fetch('/auth/token', { method: 'POST', body })).json()
      presented = tokens.refresh_token
      return tokens
    })
    globalThis.asked = []
  }, refresh_token!)
  expect(await statusOf(tab, mail.url('/inbox'))).toBe(200)
  expect(await statusOf(tab, '/api/rows')).toBe(200)
  expect(await tab.evaluate(() => asked)).toEqual(['missing  ', `missing ${MAIL} mail.read`])
  tokens.issuer.expire(mail.requests.at(-1)!.authorization!.replace('Bearer ', ''))
  expect(await statusOf(tab, mail.url('/inbox'))).toBe(200)
  expect((await tab.evaluate(() => asked)).at(-1)).toBe(`refused ${MAIL} mail.read`)
})

declare global {
  var asked: string[]
}
