'use client'

import { bearerWorker } from 'bearer-worker'
import { useCallback, useEffect, useState } from 'react'
import { useSession } from '../use-session'

// #region rows
export function Rows() {
  const session = useSession()
  if (!session) return null
  return session.state === 'active' ? <List /> : <SignIn reason={session.reason} />
}
// #endregion

function SignIn({ reason }) {
  async function signIn(form) {
    const body = JSON.stringify(Object.fromEntries(form))
    await fetch('/auth/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  }
  return (
    <form action={signIn}>
      <label>
        Name <input name="username" />
      </label>
      <label>
        Password <input name="password" type="password" />
      </label>
      <button>Sign in</button>
      <p role="status">{reason && 'Please sign in again.'}</p>
    </form>
  )
}

function List() {
  const [rows, setRows] = useState([])
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
          <li key={id}>{name}</li>
        ))}
      </ul>
    </>
  )
}
