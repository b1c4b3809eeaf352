import { test } from './fixtures.ts'
import { NAMES } from './lighthouses.ts'
import { fieldsOf, serve } from './routes.ts'

test('openai: a proxy of the site takes the token of the user', async ({ account, lighthouses, runRecipe, site }) => {
  const session = () => ({
    access_token: account.accessToken(),
    refresh_token: account.refreshToken(),
    expires_in: account.lifetimeSeconds,
  })
  const { 'POST /ai/v1/chat/completions': completions, ...pictures } = lighthouses.routes(
    '/ai/v1/chat/completions',
    '/ai/pictures/',
    'POST',
  )
  const proxy = serve({
    ...pictures,
    'POST /ai/v1/chat/completions': async (request) => {
      const refusal = await completions!(request)
      return refusal?.status === undefined
        ? { headers: { 'content-type': 'text/event-stream' }, body: stream() }
        : refusal
    },
  })
  site.mounts.set('/ai/', proxy)
  site.mounts.set('/login', serve({ 'POST /login': () => ({ body: session() }) }))
  site.mounts.set(
    '/refresh',
    serve({
      'POST /refresh': (request) =>
        account.refreshesWith(fieldsOf(request)['refresh_token'], { rotates: true })
          ? { body: session() }
          : { status: 400, body: { error: 'invalid_grant' } },
    }),
  )
  await runRecipe('sdks/openai', 'openai', 'Bearer the-worker-has-it')
})

/** Chunks of a completion as server-sent events. */
function stream(): string {
  const chunks = [...NAMES.join('\n')].map((content) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  }))
  return [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('')
}
