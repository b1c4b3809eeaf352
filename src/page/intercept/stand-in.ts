import { inPlaceOf } from './natives.ts'

type Members = Record<string, unknown>
type Callable = (...args: never[]) => unknown

/** What stands behind an object of the page that this script has made in place of the browser's: its members, by their names. */
const standIns = new WeakMap<object, Members>()

export const standFor = (object: object, members: object): void => void standIns.set(object, members as Members)

/** The members of a prototype of the browser work on the objects of this script, too. What a page puts in their place calls them. */
export function standBehind(prototype: object): void {
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    const { get, set, value } = descriptor as PropertyDescriptor
    if (get)
      Object.defineProperty(prototype, name, {
        get: dispatching(get as Callable, (standIn) => standIn[name]) as () => unknown,
        ...(set && {
          set: dispatching(set as Callable, (standIn, [value]) => (standIn[name] = value)) as (value: unknown) => void,
        }),
      })
    else if (typeof value === 'function' && name !== 'constructor')
      Object.defineProperty(prototype, name, {
        value: dispatching(value as Callable, (standIn, args) => (standIn[name] as Callable)(...(args as never[]))),
      })
  }
}

/** A method, since the browser's are no constructors. The browser says what is wrong with a call that has too few arguments. */
const dispatching = (native: Callable, use: (standIn: Members, args: unknown[]) => unknown): Callable =>
  inPlaceOf(
    native,
    {
      member(this: object, ...args: unknown[]): unknown {
        const standIn = standIns.get(this)
        return standIn && args.length >= native.length
          ? use(standIn, args)
          : Reflect.apply(native, this, args as never[])
      },
    }.member as Callable,
  )
