/**
 * Runs code as a script of this origin, as an injected script would be run. The page around this frame calls it. The policy of this page
 * forbids nothing, unlike that of the demo: what holds here is not held by a Content Security Policy.
 */
window.run = async (code, tools) => {
  Object.assign(window, tools)
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  try {
    await import(url)
  } finally {
    URL.revokeObjectURL(url)
  }
}
