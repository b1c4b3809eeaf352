import { Upload } from 'tus-js-client'

export default () =>
  new Promise((resolve, reject) => {
    const upload = new Upload(new Blob([new Uint8Array(200_000)]), {
      endpoint: '/api/files',
      chunkSize: 100_000,
      storeFingerprintForResuming: false,
      onError: reject,
      onSuccess: () => resolve(['sent']),
    })
    upload.start()
  })
