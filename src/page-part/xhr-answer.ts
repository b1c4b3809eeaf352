import { read } from './page-realm.ts'

/** The text of a body that has arrived, whatever its `responseType`. */
export async function readXhrText(xhr: XMLHttpRequest): Promise<string | undefined> {
  const response: unknown = read(XMLHttpRequest, 'response', xhr)
  switch (read(XMLHttpRequest, 'responseType', xhr)) {
    case '':
    case 'text':
      return response as string
    case 'json':
      return response === null ? undefined : JSON.stringify(response)
    case 'arraybuffer':
    case 'blob':
      return response === null ? undefined : new Response(response as Blob | ArrayBuffer).text()
    default:
      return undefined
  }
}
