import type { SessionRecord } from '../policy/vocabulary.ts'
import { isAtMost, isBodyless } from '../io/body.ts'
import type { Session } from './session.ts'

/** Whether a token is bound to a key, so that each request needs a proof. */
export function needsProof(record: SessionRecord, { authorizationServer }: Session): boolean {
  return authorizationServer?.dpop === true && record.tokenType?.toLowerCase() === 'dpop'
}

/** Sends with a proof of its own each time; again where the server wants its nonce in it, which is no refusal. @see https://www.rfc-editor.org/rfc/rfc9449#section-9 */
export async function sendProven(
  request: Request,
  record: SessionRecord,
  session: Session,
  send: (request: Request, proof: string) => Promise<Response>,
): Promise<Response> {
  const proofKey = await session.authorizationServer!.proofKey()
  const bodyless = isBodyless(request)
  let next = request
  let spare = bodyless ? request : request.clone()
  return proofKey.send(
    record.accessToken!,
    request,
    (proof) => send(next, proof),
    async () => {
      next = spare
      if (bodyless) return true
      spare = next.clone()
      return isAtMost(session.config.maxReplayBytes, next.clone())
    },
  )
}

/** A proof for a request that the page sends itself. */
export async function proofFor(
  request: { readonly method: string; readonly url: string },
  record: SessionRecord,
  session: Session,
): Promise<string> {
  const proofKey = await session.authorizationServer!.proofKey()
  let proof = ''
  await proofKey.send(
    record.accessToken!,
    request,
    async (made) => {
      proof = made
      return new Response()
    },
    async () => false,
  )
  return proof
}
