import type { Entry, SessionView } from '../protocol.ts'
import { readyState } from './own-origin.ts'

interface Events {
  readonly sessionchange: CustomEvent<SessionView>
  readonly request: CustomEvent<Entry>
  readonly refresh: CustomEvent<Entry>
  /** Somebody may have signed in or out, in any tab: `accounts()` says who is. */
  readonly accountschange: Event
}

/** Dispatches the events of the page API. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the declaration only types the listeners that EventTarget has.
export class PageEvents extends EventTarget {}

export interface PageEvents {
  addEventListener<Type extends keyof Events>(
    type: Type,
    listener: (event: Events[Type]) => void,
    options?: AddEventListenerOptions | boolean,
  ): void
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void
  removeEventListener<Type extends keyof Events>(
    type: Type,
    listener: (event: Events[Type]) => void,
    options?: EventListenerOptions | boolean,
  ): void
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: EventListenerOptions | boolean,
  ): void
}

/** Calls when the page is loaded, in a turn of its own. */
export function afterLoad(run: () => void): void {
  if (readyState() === 'complete') setTimeout(run)
  else globalThis.addEventListener('load', () => setTimeout(run), { once: true })
}
