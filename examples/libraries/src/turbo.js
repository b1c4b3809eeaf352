import '@hotwired/turbo'

export default async function use() {
  document.getElementById('rows')?.remove()
  const frame = Object.assign(document.createElement('turbo-frame'), { id: 'rows', src: '/api/rows.html' })
  document.body.append(frame)
  await frame.loaded
  return [...frame.querySelectorAll('li')].map(({ textContent }) => textContent)
}
