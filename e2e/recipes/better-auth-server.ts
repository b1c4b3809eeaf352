import { randomUUID } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { toNodeHandler } from 'better-auth/node'
import { jwt } from 'better-auth/plugins'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { answerJson } from '../../src/testing/servers/answers.ts'
import type { Handler } from '../../src/testing/servers/listener.ts'

export const USER = { email: 'ada@example.com', password: 'correct horse battery staple', name: 'Ada' }

/** better-auth in memory with its JWT plugin, and an API that accepts those tokens and no cookie. */
export async function startBetterAuth(
  baseURL: string,
): Promise<{ readonly handle: Handler; readonly counts: { tokens: number }; refuseTokensSoFar(): void }> {
  const tables = { user: [], session: [], account: [], verification: [], jwks: [] }
  const issued: string[] = []
  const refused = new Set<string>()
  const counts = { tokens: 0 }
  const auth = betterAuth({
    baseURL,
    secret: 'a secret of the tests that is long enough',
    database: memoryAdapter(tables),
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    plugins: [
      jwt({
        jwt: {
          expirationTime: '15m',
          definePayload: ({ user }) => {
            const jti = randomUUID()
            issued.push(jti)
            return { sub: user.id, name: user.name, jti }
          },
        },
      }),
    ],
  })
  await auth.api.signUpEmail({ body: USER })
  const handleAuth = toNodeHandler(auth)

  async function accepts(authorization: string | undefined): Promise<boolean> {
    try {
      const keys = createLocalJWKSet((await auth.api.getJwks()) as JSONWebKeySet)
      const { payload } = await jwtVerify(/^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? '', keys, {
        issuer: baseURL,
      })
      return !refused.has(payload.jti!)
    } catch {
      return false
    }
  }

  return {
    counts,
    refuseTokensSoFar() {
      for (const jti of issued) refused.add(jti)
    },
    async handle(request, response) {
      if (request.url === '/api/auth/token') counts.tokens++
      if (request.url?.startsWith('/api/auth/')) return handleAuth(request, response)
      if (await accepts(request.headers.authorization))
        answerJson(response, 200, [{ name: 'Bell Rock' }, { name: 'Cordouan' }])
      else answerJson(response, 401, { message: 'Unauthorized' })
    },
  }
}
