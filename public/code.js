/** The code behind the page, beside what it replaces. */
import { shown, vaultConfiguration } from './app.js'

export async function showCode() {
  show('page', shown.join('\n\n'))
  if (vaultConfiguration) show('vault-configuration', JSON.stringify(vaultConfiguration, null, 2))
  const [interceptors, configuration] = await Promise.all(
    ['/interceptors.txt', '/bearer-worker.json'].map(async (url) => (await fetch(url)).text()),
  )
  show('interceptors', interceptors.trim())
  show('configuration', JSON.stringify(JSON.parse(configuration), null, 2))
}

function show(name, text) {
  document.querySelector(`[data-code="${name}"]`).textContent = text
  const lines = document.querySelector(`[data-lines="${name}"]`)
  if (lines) lines.textContent = text.split('\n').filter((line) => line.trim() !== '').length
}
