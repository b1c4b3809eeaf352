import { show } from './page.js'
// #region recipe
import OpenAI from 'openai'
import { bearerWorker } from 'bearer-worker'

const openai = new OpenAI({
  baseURL: `${location.origin}/ai/v1`, // your proxy, which has the key and takes the user's token
  apiKey: 'the-worker-has-it', // the SDK always sends one: the worker replaces it
  dangerouslyAllowBrowser: true, // no key of OpenAI is in the page
  maxRetries: 0,
})
// #endregion

async function signIn(username, password) {
  const body = JSON.stringify({ username, password })
  await fetch('/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
}

async function rows() {
  const messages = [{ role: 'user', content: 'Two lighthouses, one a line.' }]
  let text = ''
  // #region stream
  const stream = await openai.chat.completions.create({ model: 'gpt-5-mini', messages, stream: true })
  for await (const { choices } of stream) text += choices[0]?.delta.content ?? ''
  // #endregion
  return text.split('\n').map((name, index) => ({ id: index + 1, name }))
}

show({ signIn, signOut: () => bearerWorker.signOut(), rows, picture: (id) => `/ai/pictures/${id}.svg` })
