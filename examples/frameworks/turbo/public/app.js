// Turbo evaluates a script of the head once, and keeps the document: listen on it, and look up elements when they are needed.
const byId = (id) => document.getElementById(id)

// #region rows
/** A frame loads HTML by `fetch`, which carries the token. */
function load() {
  const frame = byId('rows')
  if (frame.src) void frame.reload()
  else frame.src = '/api/rows.html'
}
// #endregion

function show({ state }) {
  if (!byId('app')) return
  byId('app').hidden = state !== 'active'
  byId('sign-in').hidden = state === 'active'
  byId('reason').textContent = state === 'ended' ? 'Please sign in again.' : ''
  if (state === 'active') load()
}

bearerWorker.addEventListener('sessionchange', ({ detail }) => show(detail))
document.addEventListener('turbo:load', async () => show(await bearerWorker.session()))

document.addEventListener(
  'submit',
  async (event) => {
    event.preventDefault()
    event.stopImmediatePropagation() // Turbo would send the form itself
    const body = JSON.stringify(Object.fromEntries(new FormData(event.target)))
    await fetch('/auth/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  },
  true,
)
document.addEventListener('click', ({ target }) => {
  if (target.id === 'load') load()
  if (target.id === 'sign-out') void bearerWorker.signOut()
})
