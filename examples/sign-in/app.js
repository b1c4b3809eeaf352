const [signInButton, rowsButton, signOutButton, loadButton] = document.querySelectorAll('button')

// #region calls
// #region sign-in
signInButton.onclick = () => bearerWorker.signIn() // comes back to this page
// #endregion
rowsButton.onclick = () => bearerWorker.signIn({ returnTo: '/rows?page=2' }) // or to another one of this site
signOutButton.onclick = () => bearerWorker.signOut() // forgets, revokes, then ends the session at the server
// #endregion
loadButton.onclick = () => fetch('https://api.example.com/rows')

// #region silently
bearerWorker.addEventListener('sessionchange', ({ detail: { state, reason } }) => {
  if (state === 'ended' && reason === 'invalid_grant') void bearerWorker.signIn({ parameters: { prompt: 'none' } })
})
// #endregion

document.getElementById('state').textContent = (await bearerWorker.session()).state
