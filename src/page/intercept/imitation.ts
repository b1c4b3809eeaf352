/** Gives an object in place of one of the browser its `on…` properties. */
export function addHandlers(target: EventTarget, types: readonly string[]): void {
  for (const type of types) {
    let handler: EventListener | null = null
    target.addEventListener(type, (event) => handler?.call(target, event))
    Object.defineProperty(target, `on${type}`, {
      get: () => handler,
      set: (value: EventListener | null) => (handler = value),
      configurable: true,
    })
  }
}

/** Dispatches an event of the browser's object at the one that the page has. */
export function relay(event: Event, target: EventTarget): void {
  const { type } = event
  const init = event as object
  const copy = () => {
    if (event instanceof MessageEvent) return new MessageEvent(type, init)
    return event instanceof ErrorEvent ? new ErrorEvent(type, init) : new Event(type, init)
  }
  if (!target.dispatchEvent(copy())) event.preventDefault()
}
