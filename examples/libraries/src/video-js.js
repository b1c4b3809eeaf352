import videojs from 'video.js'

export default () =>
  new Promise((resolve, reject) => {
    const element = document.createElement('audio')
    document.body.append(element)
    const player = videojs(element, {
      preload: 'auto',
      sources: [{ src: `/api/tone.wav?${Math.random()}`, type: 'audio/wav' }],
    })
    player.on('loadedmetadata', () => {
      player.dispose()
      resolve(['metadata'])
    })
    player.on('error', () => reject(new Error(player.error().message)))
  })
