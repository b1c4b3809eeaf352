/**
 * Each program here starts one server on a free port, prints one line of JSON that says where it is, and runs until it is
 * ended. It allows the origin in SITE_ORIGIN by CORS.
 */

/** The site whose pages call the server. */
export const siteOrigin = process.env.SITE_ORIGIN ?? ''

/** Ada, in every server that has users. */
export const user = { email: 'ada@example.com', password: 'lighthouse-1887' }

/** @param {import('node:http').Server} server @param {object} [more] */
export function tellWhere(server, more = {}) {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  console.log(JSON.stringify({ url: `http://localhost:${port}`, ...more }))
}
