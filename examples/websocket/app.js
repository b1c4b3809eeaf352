const byId = (id) => document.getElementById(id)

// #region connect
const REFUSED = 4401 // this server's close code for a token that is no good (any more)

async function connect() {
  const token = await bearerWorker.getAccessToken() // refreshed before, if it has to be
  const socket = new WebSocket('wss://feed.example.com')
  socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'authorize', token })))
  socket.addEventListener('message', ({ data }) => show(JSON.parse(data)))
  socket.addEventListener('close', async ({ code }) => {
    if (code === REFUSED) await bearerWorker.refresh()
    else await new Promise((resolve) => setTimeout(resolve, 1_000 + 4_000 * Math.random()))
    void connect()
  })
}
// #endregion

// #region session
let connected = false
function followSession({ state }) {
  byId('state').textContent = state
  if (state === 'active' && !connected) void connect()
  connected = state === 'active'
}
bearerWorker.addEventListener('sessionchange', ({ detail }) => followSession(detail))
followSession(await bearerWorker.session())
// #endregion

function show({ name }) {
  byId('rows').append(Object.assign(document.createElement('li'), { textContent: name }))
}
