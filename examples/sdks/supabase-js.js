import { show } from './page.js'
// #region recipe
import { createClient } from '@supabase/supabase-js'
import { bearerWorker } from 'bearer-worker'

const [project, key] = ['https://madeupproject.supabase.co', 'sb_publishable_made_up']

// Signs in, and neither stores nor refreshes.
const { auth } = createClient(project, key, {
  auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
})
// Everything else. It sends the key where the user's token belongs, and the worker replaces it.
const supabase = createClient(project, key, { accessToken: async () => null })

async function signIn(email, password) {
  const { data, error } = await auth.signInWithPassword({ email, password })
  if (error) throw error
  await bearerWorker.setTokens(data.session)
}

const signOut = () => bearerWorker.signOut()
// #endregion

async function rows() {
  const { data, error } = await supabase.from('rows').select()
  if (error) throw error
  return data
}

show({
  signIn,
  signOut,
  rows,
  picture: (id) => `${project}/storage/v1/object/authenticated/pictures/${id}.svg`,
})
