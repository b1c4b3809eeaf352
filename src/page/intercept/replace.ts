/** Replaces a function of the browser for a while. Returns how to take it back; a page that has wrapped it meanwhile keeps ours. */
export function replace<Owner extends object, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  ours: Owner[Name],
): () => void {
  const native = owner[name]
  owner[name] = ours
  return () => {
    if (owner[name] === ours) owner[name] = native
  }
}
