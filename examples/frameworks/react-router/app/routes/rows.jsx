import { bearerWorker } from 'bearer-worker'
import { useEffect } from 'react'
import { redirect, useLoaderData, useNavigate, useRevalidator } from 'react-router'

// #region loader
export async function clientLoader() {
  const { state } = await bearerWorker.session()
  if (state !== 'active') throw redirect('/sign-in')
  const response = await fetch('/api/rows')
  return response.ok ? response.json() : []
}
// #endregion

export default function Rows() {
  const rows = useLoaderData()
  const navigate = useNavigate()
  const { revalidate } = useRevalidator()
  // #region session
  useEffect(
    () =>
      bearerWorker.subscribe(() => {
        if (bearerWorker.snapshot()?.state !== 'active') void navigate('/sign-in')
      }),
    [navigate],
  )
  // #endregion
  return (
    <>
      <button onClick={revalidate}>Load</button>
      <button onClick={() => bearerWorker.signOut()}>Sign out</button>
      <ul>
        {rows.map(({ id, name }) => (
          <li key={id}>{name}</li>
        ))}
      </ul>
    </>
  )
}
