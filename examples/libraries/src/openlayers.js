import OlMap from 'ol/Map.js'
import TileLayer from 'ol/layer/Tile.js'
import XYZ from 'ol/source/XYZ.js'
import View from 'ol/View.js'

export default () =>
  new Promise((resolve, reject) => {
    const target = Object.assign(document.createElement('div'), { style: 'width: 256px; height: 256px' })
    document.body.append(target)
    const source = new XYZ({ url: `/api/tiles/{z}/{x}/{y}.svg?${Math.random()}` })
    source.on('tileloaderror', () => reject(new Error('A tile did not load.')))
    const map = new OlMap({ target, layers: [new TileLayer({ source })], view: new View({ center: [0, 0], zoom: 1 }) })
    map.once('rendercomplete', () => {
      map.setTarget(undefined)
      resolve(['tiles'])
    })
  })
