/**
 * What decides where a token goes consists of texts, lists and URLs, whose members any script of the page can replace. They are
 * noted when this script runs, so that a page sends no token by its own decision once one of them is another.
 */
import { globals } from '../realm.ts'

const { getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect
const { prototype: ofAll } = Object
// A framework that renders on a server imports this too: it has no such scope.
const scope = globals as Partial<typeof globalThis>

/** Members of an object; all that it has where none is named. */
const DECIDING: readonly (readonly [owner: object | undefined, members?: string])[] = [
  [ofAll],
  [scope, 'Array Map Object RegExp Set String URL URLPattern JSON'],
  [
    Array.prototype,
    'concat every filter find findIndex flatMap forEach includes indexOf join map push reduce reverse slice some sort splice values',
  ],
  [getPrototypeOf([].values())!],
  [
    String.prototype,
    'endsWith includes indexOf match replace replaceAll slice split startsWith toLowerCase toUpperCase trim',
  ],
  [getPrototypeOf(''[Symbol.iterator]())!],
  [RegExp.prototype],
  [Map.prototype, 'entries get has set'],
  [Set.prototype, 'add has values'],
  [Function.prototype, 'apply bind call'],
  [Object, 'assign entries fromEntries hasOwn keys values'],
  [JSON],
  [scope.URL?.prototype],
  [scope.URLPattern?.prototype],
]

type Member = readonly [owner: object, key: PropertyKey, native: unknown]

const members: Member[] = []
for (const [owner, named] of DECIDING) {
  if (!owner) continue
  const all = ownKeys(owner)
  const symbols = all.filter((key) => typeof key === 'symbol')
  for (const key of named ? [...named.split(' '), ...symbols] : all) {
    const found = getOwnPropertyDescriptor(owner, key)
    // Zone.js, which Angular loads, replaces it.
    if (found && !(owner === ofAll && key === 'toString')) members.push([owner, key, found.get ?? found.value])
  }
}
const { length: ofAllCount } = ownKeys(ofAll)

/** Whether a script has replaced one of them, or has added a member to all objects. */
export function hasReplacedMembers(): boolean {
  // No iterator, and no member that a script could have replaced.
  if (ownKeys(ofAll).length !== ofAllCount) return true
  for (let i = 0; i < members.length; i++) {
    const member = members[i]!
    const found = getOwnPropertyDescriptor(member[0], member[1])
    if (!found || (found.get ?? found.value) !== member[2]) return true
  }
  return false
}
