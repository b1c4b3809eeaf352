// The pages are drawn in the browser: only there is a session.
export const ssr = false
