// #region mocks
import { http, HttpResponse } from 'msw'
import { setupWorker } from 'msw/browser'

let accessToken = 'first'

export const mocks = setupWorker(
  http.get('/api/rows', ({ request }) => {
    if (request.headers.get('authorization') !== `Bearer ${accessToken}`)
      return HttpResponse.json({ error: 'invalid_token' }, { status: 401 })
    return HttpResponse.json([{ name: 'Bell Rock' }, { name: 'Cordouan' }])
  }),
  http.post('/auth/refresh', () => {
    accessToken = crypto.randomUUID()
    return HttpResponse.json({ access_token: accessToken, token_type: 'Bearer', expires_in: 600 })
  }),
)
// #endregion
