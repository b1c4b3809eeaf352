import { Map as MapLibre, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url'

setWorkerUrl(workerUrl)

export default () =>
  new Promise((resolve, reject) => {
    const container = Object.assign(document.createElement('div'), { style: 'width: 256px; height: 256px' })
    document.body.append(container)
    const tiles = [`${location.origin}/api/tiles/{z}/{x}/{y}.png?${Math.random()}`]
    const map = new MapLibre({
      container,
      style: {
        version: 8,
        sources: { tiles: { type: 'raster', tiles, tileSize: 256 } },
        layers: [{ id: 'tiles', type: 'raster', source: 'tiles' }],
      },
    })
    map.on('error', ({ error }) => reject(error))
    map.on('idle', () => {
      map.remove()
      resolve(['tiles'])
    })
  })
