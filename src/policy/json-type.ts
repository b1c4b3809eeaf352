/**
 * Whether a content type is that of one JSON text: no sequence and no lines of them.
 * @see https://www.rfc-editor.org/rfc/rfc6839#section-3.1
 */
export const isJsonType = (contentType: string | null): boolean =>
  /^\s*application\/(?!stream\+)([^\s;]+\+)?json\s*(;|$)/i.test(contentType ?? '')
