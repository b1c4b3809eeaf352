import { bearerWorker } from 'bearer-worker'
import { useCallback, useEffect, useState } from 'react'
import { useSession } from './use-session.ts'

// #region app
export function App() {
  const session = useSession()
  if (!session) return null
  return session.state === 'active' ? <Rows /> : <SignIn reason={session.reason} />
}
// #endregion

// #region sign-in
function SignIn({ reason }: { reason: string | undefined }) {
  const [failed, setFailed] = useState(false)
  async function signIn(form: FormData) {
    const body = JSON.stringify(Object.fromEntries(form))
    const response = await fetch('/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    setFailed(!response.ok)
  }
  return (
    <form action={signIn}>
      <label>
        Name <input name="username" autoComplete="username" />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" />
      </label>
      <button>Sign in</button>
      <p role="status">{failed ? 'Wrong name or password.' : reason && 'Please sign in again.'}</p>
    </form>
  )
}
// #endregion

// #region rows
function Rows() {
  const [rows, setRows] = useState<{ id: number; name: string }[]>([])
  const load = useCallback(async () => {
    const response = await fetch('/api/rows')
    if (response.ok) setRows(await response.json())
  }, [])
  useEffect(() => void load(), [load])
  return (
    <>
      <button onClick={load}>Load</button>
      <button onClick={() => bearerWorker.signOut()}>Sign out</button>
      <ul>
        {rows.map(({ id, name }) => (
          <li key={id}>
            <img src={`/api/pictures/${id}.svg`} alt="" width="40" />
            {name}
          </li>
        ))}
      </ul>
    </>
  )
}
// #endregion
