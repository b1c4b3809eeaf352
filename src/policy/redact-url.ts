/** A serialized URL as it may be told: without credentials, fragment and query values. As text, since it is done for every request. */
export const redactUrl = (url: string): string =>
  url
    .replace(/#.*/, '')
    .replace(/(?<=^\w+:\/\/)[^/?]*@/, '')
    .replace(/\?.*/, (query) => query.replace(/=[^&]*/g, ''))
