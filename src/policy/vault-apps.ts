/**
 * Whether a vault serves a page: its origin is one of the apps, exactly, and so is that of each page around it. A page of another site that
 * frames an app is no app.
 * @param ancestors origins of the pages around the vault's frame; undefined in Firefox, which does not say
 */
export function isServed(apps: readonly string[], origin: string, ancestors: Iterable<string> = []): boolean {
  return [origin, ...ancestors].every((each) => apps.includes(each))
}
