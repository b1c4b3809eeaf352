/** All requests of the app. None of them handles a token. */
/** Where the servers are; `vault` only on the page that has one. */
export const servers = await (await fetch('/demo.json')).json()
const table = `${servers.lighthouses}/api/database/rows/table/1/`

export const { lifetimeSeconds, pages, vault, vaultConfiguration } = servers

export async function signIn(email, password) {
  const url = `${servers.lighthouses}/api/user/token-auth/`
  return send('POST', url, { email, password })
}

export async function loadLighthouses(more = '') {
  const url = `${table}?user_field_names=true${more}`
  const { results } = await send('GET', url)
  return results
}

export async function setLit(id, Lit) {
  return send('PATCH', `${table}${id}/?user_field_names=true`, { Lit })
}

export function pictureOf({ id, Lit }) {
  // For <img src>.
  return `${servers.lighthouses}/pictures/${id}.svg?lit=${Lit}`
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

/** For the demo: the server refuses every access token that it has issued so far. */
export async function revoke(server) {
  return send('POST', `${servers[server]}/demo/revoke`)
}

/** For the demo: what the token endpoint does with its next calls, such as `['503', '503']`. */
export async function setFaults(faults) {
  return send('POST', `${servers.lighthouses}/demo/faults`, { faults })
}

/** For the demo: what the token endpoint has answered since then. */
export async function answersOfTokenEndpoint() {
  const { answers } = await send('GET', `${servers.lighthouses}/demo/faults`)
  return answers
}

async function send(method, url, fields) {
  const response = await fetch(url, {
    method,
    headers: fields && { 'Content-Type': 'application/json' },
    body: fields && JSON.stringify(fields),
  })
  const answer = await response.json()
  if (response.ok) return answer
  throw new Error(`${response.status} ${answer.detail ?? answer.error}`)
}

/** The functions that the page shows as its code. */
export const shown = [signIn, loadLighthouses, pictureOf, send]
