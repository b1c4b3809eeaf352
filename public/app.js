/** All requests of the app. None of them handles a token. */
const servers = await (await fetch('/demo.json')).json()
const table = `${servers.lighthouses}/api/database/rows/table/1/`

export const { lifetimeSeconds } = servers

export async function signIn(email, password) {
  return send('POST', `${servers.lighthouses}/api/user/token-auth/`, { email, password })
}

export async function loadLighthouses() {
  const { results } = await send('GET', `${table}?user_field_names=true&size=50`)
  return results
}

export async function setLit(id, Lit) {
  return send('PATCH', `${table}${id}/?user_field_names=true`, { Lit })
}

export function pictureOf({ id, Lit }) {
  return `${servers.lighthouses}/pictures/${id}.svg?lit=${Lit}` // for <img src>
}

export async function signInToLogbook() {
  return send('POST', `${servers.logbook}/demo/sign-in`)
}

export async function signInAtKeepersId() {
  await window.bearerWorker.signIn({ session: 'logbook' }) // leaves this page and returns to it
}

export async function loadLogbook() {
  const { entries } = await send('GET', `${servers.logbook}/rows`)
  return entries
}

/** For the demo: the server refuses every access token from now on. */
export async function revoke(server) {
  return send('POST', `${servers[server]}/demo/revoke`)
}

export async function send(method, url, fields) {
  const response = await fetch(url, {
    method,
    ...(fields && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(fields) }),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(`${response.status} ${answer.detail ?? answer.error}`)
  return answer
}
