import htmx from 'htmx.org'

export default async function use() {
  const element = document.createElement('div')
  document.body.append(element)
  await htmx.ajax('GET', '/api/rows.html', { target: element, swap: 'innerHTML' })
  return [...element.querySelectorAll('li')].map(({ textContent }) => textContent)
}
