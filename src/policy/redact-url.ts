/**
 * A serialized URL as it may be told: without credentials, fragment and query values. As text, since it is done for
 * every request. What stands in the query without a value, and what is too long for a name, may be a secret itself.
 */
export const redactUrl = (url: string): string =>
  url
    .replace(/#.*/s, '')
    .replace(/(?<=^\w+:\/\/)[^/?]*@/, '')
    .replace(/\?.*/s, namesOf)

/** Longer than the names of parameters are. */
const LONGEST_NAME = 40

/** The names of a query that have a value; `secret`, `secret=` and `secret==` have none. */
function namesOf(query: string): string {
  const names = query
    .slice(1)
    .split('&')
    .filter((parameter) => /=[^=]/.test(parameter))
    .map((parameter) => parameter.slice(0, parameter.indexOf('=')))
    .filter((name) => name !== '' && name.length <= LONGEST_NAME)
  return names.length > 0 ? `?${names.join('&')}` : ''
}
