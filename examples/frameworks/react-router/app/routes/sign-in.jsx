import { bearerWorker } from 'bearer-worker'
import { Form, redirect, useLoaderData } from 'react-router'

export const clientLoader = () => bearerWorker.session()

// #region action
export async function clientAction({ request }) {
  const body = JSON.stringify(Object.fromEntries(await request.formData()))
  const headers = { 'content-type': 'application/json' }
  const response = await fetch('/auth/login', { method: 'POST', headers, body })
  return response.ok ? redirect('/rows') : null
}
// #endregion

export default function SignIn() {
  const { state } = useLoaderData()
  return (
    <Form method="post">
      <label>
        Name <input name="username" />
      </label>
      <label>
        Password <input name="password" type="password" />
      </label>
      <button>Sign in</button>
      <p role="status">{state === 'ended' && 'Please sign in again.'}</p>
    </Form>
  )
}
