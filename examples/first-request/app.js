// #region sign-in
await fetch('/api/login', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ username: 'ada', password: 'correct horse battery staple' }),
})
// #endregion
// #region rows
const rows = await (await fetch('/api/rows')).json() // that is all: your code has no token
// #endregion
document.getElementById('rows').textContent = rows.map(({ name }) => name).join(', ')
