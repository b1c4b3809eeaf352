/** Only the browser has a session: no server renders the pages. */
export default { ssr: false }
