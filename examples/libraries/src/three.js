import { FileLoader, TextureLoader } from 'three'

export default async function use() {
  const texture = await new TextureLoader().loadAsync(`/api/pictures/1.svg?${Math.random()}`)
  const text = await new FileLoader().loadAsync('/api/rows')
  return [texture.image.complete && 'texture', ...JSON.parse(text).map(({ name }) => name)]
}
