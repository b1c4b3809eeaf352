const BEGIN = '<!-- table -->'
const END = '<!-- end of table -->'

/**
 * A page whose table between two marks is replaced by these rows.
 * @param {string} page
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function withTable(page, head, rows) {
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`The page has no ${BEGIN} and ${END}.`)
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  return `${before}${BEGIN}\n${lines.join('\n')}\n${END}${after}`
}

/** The rows of the table between the marks, without its head. @param {string} page */
export function rowsOf(page) {
  const [, table = ''] = page.split(BEGIN)
  const lines = (table.split(END)[0] ?? '').split('\n').filter((line) => line.startsWith('| '))
  return lines.slice(2).map((line) => line.slice(2, -2).split(' | '))
}
