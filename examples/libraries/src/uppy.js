import Uppy from '@uppy/core'
import XHRUpload from '@uppy/xhr-upload'

export default async function use() {
  const progress = []
  const uppy = new Uppy().use(XHRUpload, { endpoint: '/api/uploads' })
  uppy.on('upload-progress', (_, { bytesUploaded }) => progress.push(bytesUploaded))
  uppy.addFile({ name: 'photo.bin', data: new Blob([new Uint8Array(200_000)]) })
  const { successful, failed } = await uppy.upload()
  uppy.destroy()
  return [
    `${successful.length} sent`,
    `${failed.length} failed`,
    progress.some((bytes) => bytes > 0) ? 'progress' : 'none',
  ]
}
