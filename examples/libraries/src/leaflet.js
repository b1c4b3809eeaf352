import { map, tileLayer } from 'leaflet'

export default () =>
  new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement('div'), { style: 'width: 256px; height: 256px' })
    document.body.append(element)
    const shown = map(element, { center: [0, 0], zoom: 1 })
    const tiles = tileLayer(`/api/tiles/{z}/{x}/{y}.svg?${Math.random()}`)
    tiles.on('tileerror', () => reject(new Error('A tile did not load.')))
    tiles.on('load', () => {
      shown.remove()
      resolve(['tiles'])
    })
    tiles.addTo(shown)
  })
