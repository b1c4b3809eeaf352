/** The pages of the authorization server: another origin with another look. */
const page = (title: string, body: string) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
  body { margin: 0; min-height: 100dvh; display: grid; place-items: center; font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#dfe8e6, #0b1614); color: light-dark(#10201d, #e6efec) }
  main { box-sizing: border-box; width: min(26rem, calc(100% - 2rem)); padding: 2rem; border-radius: 1rem; background: light-dark(#fff, #14231f); border-top: .5rem solid #0f6b5c }
  h1 { margin: 0 0 .5rem; font-size: 1.4rem; line-height: 1.2 }
  p { margin: 0 0 1.25rem; overflow-wrap: anywhere }
  form { display: inline-block; margin: 0 .5rem .5rem 0 }
  button { font: inherit; font-weight: 600; padding: .65rem 1.1rem; border-radius: .6rem; border: 1px solid #0f6b5c; background: #0f6b5c; color: #fff; cursor: pointer }
  button.quiet { background: none; color: inherit; border-color: currentColor }
  :focus-visible { outline: 3px solid #f5b700; outline-offset: 2px }
</style>
<main>${body}</main>
</html>`

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

export const signInPage = (uid: string, clientId: string, site: string) =>
  page(
    'Sign in · Keepers’ ID',
    `<h1>Keepers’ ID</h1>
<p>The app <strong>${escapeHtml(clientId)}</strong> at ${escapeHtml(site)} asks to read the log book as you.</p>
<form method="post" action="/interaction/${uid}/sign-in"><button type="submit" autofocus>Sign in as Ada</button></form>
<form method="post" action="/interaction/${uid}/cancel"><button type="submit" class="quiet">Cancel</button></form>`,
  )

export const signOutPage = (form: string) =>
  page(
    'Sign out · Keepers’ ID',
    `<h1>Sign out of Keepers’ ID?</h1>
<p>The app has forgotten its tokens already. This ends your session here as well.</p>${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
<button type="submit" form="op.logoutForm" class="quiet">Stay signed in</button>`,
  )

export const signedOutPage = () => page('Signed out · Keepers’ ID', '<h1>You are signed out.</h1>')

export const failurePage = (error: string, description = '') =>
  page(
    'Keepers’ ID',
    `<h1>That did not work</h1><p><strong>${escapeHtml(error)}</strong><br>${escapeHtml(description)}</p>`,
  )
