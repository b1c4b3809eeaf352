/** URL of the vault's page with a request, as anybody can write it. */
export function vaultPageUrl(page: string, request: Readonly<Record<string, unknown>>): string {
  return `${page}#bearer-worker=${encodeURIComponent(JSON.stringify(request))}`
}
