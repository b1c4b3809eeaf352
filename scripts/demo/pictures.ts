const stripes = ['#d6322c', '#1f3d5c', '#2b2f33', '#b3261e', '#0f6b5c', '#7a4b2a'] as const

/** The SVG of a lighthouse, which the demo loads with `<img src>`. */
export function lighthouse(id: number, lit: boolean): string {
  const colour = stripes[(id - 1) % stripes.length] ?? stripes[0]
  const lamp = lit ? '#ffcf33' : '#6b7780'
  const beam = lit ? '<path d="M24 11 48 3v16zM24 11 0 3v16z" fill="#ffcf33" opacity=".45"/>' : ''
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48">
<rect width="48" height="48" rx="9" fill="${lit ? '#16324a' : '#8fa3ae'}"/>${beam}
<path d="M19 17h10l3 24H16z" fill="#fff"/>
<path d="m18.4 21.5h11.2l.6 5H17.8zM17.1 32h13.8l.6 5H16.5z" fill="${colour}"/>
<path d="M17 15h14v2.5H17z" fill="#20262b"/><rect x="20" y="8" width="8" height="7" fill="${lamp}"/>
<path d="m18.5 8 5.5-4 5.5 4z" fill="${colour}"/><path d="M4 41q20-4 40 0v7H4z" fill="#20262b"/></svg>`
}
