import { getDocument, GlobalWorkerOptions } from 'pdfjs-dist'
import workerUrl from 'pdfjs-dist/build/pdf.worker.mjs?url'

GlobalWorkerOptions.workerSrc = workerUrl

export default async function use() {
  const task = getDocument({ url: '/api/document.pdf' })
  const { numPages } = await task.promise
  await task.destroy()
  return [`${numPages} page`]
}
