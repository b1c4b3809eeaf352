/** The switch between the same page without and with a vault: two origins, so that each has a worker and a store of its own. */
import { pages, vault } from './app.js'

export function setUpSwitch() {
  const nav = document.querySelector('#vault')
  const here = vault ? 'withVault' : 'plain'
  for (const link of nav.querySelectorAll('a')) {
    if (link.dataset.page === here) {
      link.ariaCurrent = 'page'
      link.href = '/'
    } else {
      link.href = pageUrl(link.dataset.page)
      // The colours are chosen by the time of the click.
      link.addEventListener('click', () => (link.href = pageUrl(link.dataset.page)))
    }
  }
  for (const note of document.querySelectorAll('[data-vault-is]'))
    note.hidden = (note.dataset.vaultIs === 'there') !== Boolean(vault)
  for (const place of document.querySelectorAll('[data-vault-host]'))
    place.textContent = vault ? new URL(vault).host : ''
}

/** URL of the other page. The fragment takes along which colours were chosen, and which attack. */
export function otherPage(attack) {
  return pageUrl(vault ? 'plain' : 'withVault', attack)
}

function pageUrl(page, attack) {
  const { theme } = document.documentElement.dataset
  const fragment = new URLSearchParams({ ...(theme && { theme }), ...(attack && { attack }) })
  return `${pages[page]}/#${fragment}`
}
