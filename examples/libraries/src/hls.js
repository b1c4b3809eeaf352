import Hls from 'hls.js'

export default () =>
  new Promise((resolve, reject) => {
    const hls = new Hls({ enableWorker: false })
    hls.on(Hls.Events.MANIFEST_PARSED, () => hls.startLoad())
    hls.on(Hls.Events.FRAG_LOADED, () => {
      hls.destroy()
      resolve(['playlist', 'segment'])
    })
    hls.on(Hls.Events.ERROR, (_, { details }) => /LOAD/i.test(details) && reject(new Error(details)))
    hls.loadSource('/api/hls/list.m3u8')
    hls.attachMedia(document.createElement('video'))
  })
