type Properties<Tag extends keyof HTMLElementTagNameMap> = Partial<
  Omit<HTMLElementTagNameMap[Tag], 'style' | 'dataset'>
> & { readonly data?: Readonly<Record<string, string>> }

/** An element with its properties and what is in it. Texts stay texts: nothing is ever read as HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { data, ...properties }: Properties<Tag> = {},
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = Object.assign(document.createElement(tag), properties) as HTMLElementTagNameMap[Tag]
  Object.assign(made.dataset, data)
  made.append(...content)
  return made
}

/** Writes a text only if it is another: what is announced or selected stays as it is. */
export function write(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text
}

/** Works before the next frame; in a hidden tab, which has none, soon. */
export function onceDrawn(work: () => void): void {
  if (document.hidden) setTimeout(work, 0)
  else requestAnimationFrame(work)
}
