const byId = (id) => document.getElementById(id)

// #region link
// A link that carries an account, as in /?account=ada: the tab goes as that user from the first request on.
const linked = new URLSearchParams(location.search).get('account')
if (linked) await bearerWorker.use(linked)
// #endregion

// #region switcher
// The list follows what other tabs do, too.
bearerWorker.addEventListener('accountschange', showAccounts)

async function showAccounts() {
  const current = bearerWorker.snapshot()?.account
  const items = (await bearerWorker.accounts()).map((account) => {
    const item = document.createElement('li')
    const choose = Object.assign(document.createElement('button'), { textContent: account })
    choose.setAttribute('aria-pressed', String(account === current))
    choose.addEventListener('click', () => switchTo(account))
    const href = `/?${new URLSearchParams({ account })}`
    item.append(choose, Object.assign(document.createElement('a'), { href, target: '_blank', textContent: 'new tab' }))
    return item
  })
  byId('accounts').replaceChildren(...items)
}

// Only this tab changes. What it shows, and what it keeps of answers, is the other user's: begin anew.
async function switchTo(account) {
  await bearerWorker.use(account)
  byId('rows').replaceChildren()
  await show()
}
// #endregion

// #region add
// The account is chosen before the sign-in, so the tokens of its answer are stored for it. Nobody else is signed out.
byId('add').addEventListener('submit', async (event) => {
  event.preventDefault()
  const fields = Object.fromEntries(new FormData(event.target))
  const before = bearerWorker.snapshot()?.account
  await bearerWorker.use(fields.username)
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/auth/login', { method: 'POST', headers, body: JSON.stringify(fields) })
  byId('reason').textContent = response.ok ? '' : 'Wrong name or password.'
  await switchTo(response.ok ? fields.username : before)
})
// #endregion

// #region sign-out
// Of this account; the tab goes on as another one, if there is one.
byId('sign-out').addEventListener('click', async () => {
  await bearerWorker.signOut()
  await switchTo((await bearerWorker.accounts())[0])
})

byId('sign-out-all').addEventListener('click', async () => {
  for (const account of await bearerWorker.accounts()) await bearerWorker.signOut(undefined, { account })
})
// #endregion

// #region show
// Another tab, or the server, may sign this account out.
bearerWorker.addEventListener('sessionchange', ({ detail }) => (byId('app').hidden = detail.state !== 'active'))
await show()

async function show() {
  await showAccounts()
  const { account, state } = await bearerWorker.session()
  byId('app').hidden = state !== 'active'
  byId('who').textContent = account ?? ''
  if (state !== 'active') return
  const response = await fetch('/api/rows')
  if (!response.ok) return
  const items = (await response.json()).map(({ id, name }) => {
    const item = document.createElement('li')
    item.append(Object.assign(new Image(40, 40), { src: `/api/pictures/${id}.svg`, alt: '' }), name)
    return item
  })
  // Meanwhile the user may have switched.
  if (bearerWorker.snapshot()?.account === account) byId('rows').replaceChildren(...items)
}
// #endregion
