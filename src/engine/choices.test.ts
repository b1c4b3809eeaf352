import { expect, test } from 'vitest'
import { memoryStore } from '../io/session-store.ts'
import { Choices } from './choices.ts'

const configuration = '/bearer-worker.json'
const RECORD = `${configuration} main ada`

function begin() {
  const store = memoryStore()
  return { store, choices: new Choices({ configuration, store }) }
}

test('as long as no account is named, nothing is asked and nothing is stored', async () => {
  const { store, choices } = begin()
  choices.restore(new Map([[`${configuration} main`, {}]]))
  expect(choices.tell('page', undefined)).toBeUndefined()
  expect(choices.areUsed).toBe(false)
  expect((await store.readAll()).size).toBe(0)
})

test('what a client has told outlives the worker, also that it has chosen none', async () => {
  const { store, choices } = begin()
  await choices.tell('one', 'ada')
  await choices.tell('other', undefined)
  const next = new Choices({ configuration, store })
  next.restore(await store.readAll())
  expect([next.areUsed, next.of('one'), next.of('other'), next.of('unknown')]).toEqual([true, 'ada', null, undefined])
})

test('the same once more is not stored again', async () => {
  const { choices } = begin()
  await choices.tell('page', 'ada')
  expect(choices.tell('page', 'ada')).toBeUndefined()
  expect(choices.tell('page', 'bob')).toBeDefined()
  expect(choices.of('page')).toBe('bob')
})

test('what this life was told counts more than what is stored', async () => {
  const { choices } = begin()
  await choices.tell('page', 'bob')
  choices.restore(new Map([[`clients ${configuration}`, [['page', 'ada']]]]))
  expect(choices.of('page')).toBe('bob')
})

test('those that spoke last are kept', async () => {
  const { store, choices } = begin()
  for (let count = 0; count < 250; count++) await choices.tell(`page ${count}`, 'ada')
  expect([choices.of('page 0'), choices.of('page 49'), choices.of('page 50')]).toEqual([undefined, undefined, 'ada'])
  expect((await store.readAll()).get(`clients ${configuration}`)).toHaveLength(200)
})

test.each([
  ['a record of an account', new Map([[RECORD, {}]]), true],
  ['clients that have told', new Map([[`clients ${configuration}`, []]]), true],
  ['a record of another configuration', new Map([['/other.json main ada', {}]]), false],
])('%s in the store: whether accounts are in use', (_, everything, expected) => {
  const { choices } = begin()
  choices.restore(everything)
  expect(choices.areUsed).toBe(expected)
})

test('another context that writes a record of an account is heard', () => {
  const { choices } = begin()
  choices.heard(`${configuration} main`)
  expect(choices.areUsed).toBe(false)
  choices.heard(RECORD)
  expect(choices.areUsed).toBe(true)
})

test.each([
  ['a text', 'garbage'],
  ['a number', 7],
  [
    'entries that are none',
    [null, 'x', [], ['page'], ['page', 7], ['page', ''], [7, 'ada'], ['page', 'x'.repeat(201)]],
  ],
])('what a script wrote is not believed: %s', (_, stored) => {
  const { choices } = begin()
  choices.restore(new Map([[`clients ${configuration}`, stored]]))
  expect(choices.of('page')).toBeUndefined()
})
