// #region module
async function query(url) {
  const response = await fetch(url)
  return response.json()
}
// #endregion

// #region hand-over
const { access, refresh } = JSON.parse(localStorage.getItem('tokens') ?? '{}')
if (access) {
  await bearerWorker.setTokens({ access_token: access, refresh_token: refresh })
  localStorage.removeItem('tokens')
}
// #endregion

// #region listen
bearerWorker.addEventListener('sessionchange', ({ detail }) => {
  if (detail.state !== 'active') showSignIn(detail.reason)
})
// #endregion

function showSignIn(reason) {
  document.getElementById('state').textContent = `Please sign in: ${reason}`
}

globalThis.query = query
