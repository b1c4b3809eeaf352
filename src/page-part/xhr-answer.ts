/** The text of a body that has arrived, whatever its `responseType`. */
export async function readXhrText(xhr: XMLHttpRequest): Promise<string | undefined> {
  switch (xhr.responseType) {
    case '':
    case 'text':
      return xhr.responseText
    case 'json':
      return xhr.response === null ? undefined : JSON.stringify(xhr.response)
    case 'arraybuffer':
    case 'blob':
      return xhr.response === null ? undefined : new Response(xhr.response as Blob | ArrayBuffer).text()
    default:
      return undefined
  }
}
