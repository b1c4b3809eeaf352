/** Parameters of an authorization request that the worker sets: they make the redirect back safe, or would change the flow. */
const RESERVED =
  /^(response_(type|mode)|client_id|redirect_uri|state|nonce|code_challenge(_method)?|dpop_jkt|request(_uri)?)$/

/** Whether neither the configuration nor a page may set this parameter. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 */
export const isReserved = (parameter: string): boolean => RESERVED.test(parameter)
