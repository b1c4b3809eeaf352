/** Why a server gave no answer, for people, and what to do about it. */
export interface UnreachableReason {
  readonly why: string
  readonly cure?: string
}

const TLS =
  /^(ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNSUPPORTED_PROTOCOL|HTTP_REQUEST)|EPROTO|ERR_TLS_.*)$/
const CERTIFICATE = /^(CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_|UNABLE_TO_|ERR_TLS_CERT_)/
const BROKEN_OFF = /^(HPE_|ECONNRESET|UND_ERR_SOCKET|EPIPE)/

/** @see https://nodejs.org/api/errors.html */
export function reasonOf(error: unknown, url: string, timeoutMs: number): UnreachableReason {
  const { name, message, cause } = error as Error & {
    readonly cause?: { readonly code?: string; readonly message?: string }
  }
  if (name === 'TimeoutError')
    return { why: `no answer within ${timeoutMs / 1000} s`, cure: 'Start it, or give it longer with --timeout.' }
  const code = cause?.code ?? ''
  const { protocol, host, hostname } = new URL(url)
  if (CERTIFICATE.test(code))
    return {
      why: `its certificate is not trusted (${code})`,
      cure: 'Start this command with NODE_EXTRA_CA_CERTS=<file of your certificate authority>, or let the server send a certificate that browsers trust.',
    }
  if (TLS.test(code))
    return { why: `there is no https at this port (${code})`, cure: `Write http://${host} for a server without https.` }
  if (code === 'ECONNREFUSED')
    return { why: `nothing listens there (${code})`, cure: `Start it, or correct the port in ${host}.` }
  if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code))
    return { why: `the name ${hostname} has no address (${code})`, cure: 'Correct the name.' }
  if (BROKEN_OFF.test(code) && protocol === 'http:')
    return {
      why: `it broke the connection off (${code})`,
      cure: `Write https://${host}, if the server speaks https there; otherwise look into its log.`,
    }
  if (cause?.message === 'bad port')
    return { why: `browsers refuse the port of ${host}`, cure: 'Serve the site at another port, such as 3000.' }
  return { why: code || (cause?.message ?? message) }
}
