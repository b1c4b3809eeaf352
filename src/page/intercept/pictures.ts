import { wait } from '../../io/deadline.ts'
import { watchCreated } from './created-pictures.ts'
import type { Interception } from './interception.ts'
import { inPlaceOf } from './natives.ts'
import { destinationOf, loadAgain, ownerOf, type Picture, PICTURES, urlOf } from './picture.ts'
import { replace } from './replace.ts'

/** ms for which failures are looked for that have no event, once the page is covered. */
const LOOK_MS = 15_000

/**
 * Pictures and media that a document loads before any worker is there go out without a token: no script can hold them. Those
 * that failed are loaded once more when the worker is there, and the page does not see that they failed.
 */
export function interceptPictures(interception: Interception): void {
  const { gate, known } = interception
  /** Elements that have failed, and with which URL. */
  const failed = new WeakMap<Element, string>()
  /** Whether they are loaded again; media instead of their sources. */
  const healing = new WeakMap<Element, Promise<boolean>>()
  /** Media that were loaded again: what a source of theirs tells from then on is its real failure. */
  const reloaded = new WeakSet<Element>()
  /** URLs whose preload the server has refused, perhaps. */
  let preloaded: ReadonlySet<string> = new Set()
  /** Elements that were loading when the gate opened, or had not told of their failure yet, and what. */
  let early: WeakMap<Element, string> | undefined

  const heal = async (element: Picture, url: string): Promise<boolean> => {
    const listed = known.then((matcher) => matcher.sessionOf(url) !== undefined)
    await gate.pass(listed)
    // Whether the worker in control is ours may have to be asked for first.
    if (!gate.isOpen) await gate.pass(listed)
    // The page has given it another URL meanwhile.
    if (urlOf(element) !== url) return false
    if (!isAuthorized(interception, url, element)) return fail(element)
    const owner = ownerOf(element)
    reloaded.add(owner)
    return loadAgain(owner)
  }

  const onError = (event: Event): void => {
    const element = event.target as Picture
    if (!event.isTrusted || !(element instanceof Element) || !element.matches(PICTURES)) return
    const url = urlOf(element)
    const isListed = !interception.matcher || interception.matcher.sessionOf(url) !== undefined
    const isEarly = !early || early.get(element) === url || preloaded.has(url)
    const owner = ownerOf(element)
    const hasReloaded = owner !== element && reloaded.has(owner)
    if (failed.get(element) === url || !isListed || !isEarly || hasReloaded) return
    failed.set(element, url)
    event.stopImmediatePropagation()
    // Each source tells of its failure: the element around them is loaded again once.
    const underWay = owner === element ? undefined : healing.get(owner)
    healing.set(owner, underWay ? underWay.then((isHealed) => isHealed || fail(element)) : heal(element, url))
  }

  const { all, preloads, end } = watchCreated(onError)
  /** Elements that had failed before, and may have told so. */
  const failedBefore = new WeakSet(all().filter(hasFailed))
  const endPlay = repeatPlay(healing)
  void gate.pass(Promise.resolve(true)).then(() => {
    end()
    setTimeout(endPlay, LOOK_MS)
    // The event of a failure comes later than the failure.
    const isEarly = (element: Picture) => !element.complete || (hasFailed(element) && !failedBefore.has(element))
    early = new WeakMap(
      all()
        .filter(isEarly)
        .map((element) => [element, urlOf(element)]),
    )
    preloaded = new Set(preloads())
    lookForSilent(interception, healing)
  })
}

const hasFailed = ({ complete, naturalWidth }: Picture): boolean => complete === true && naturalWidth === 0

/** The page sees the failure after all. */
function fail(element: Element): false {
  element.dispatchEvent(new Event('error'))
  return false
}

/** A `play()` that ended with the first failure begins again with what is loaded again. Returns how to end this. */
function repeatPlay(healing: WeakMap<Element, Promise<boolean>>): () => void {
  const { prototype } = HTMLMediaElement
  const { play } = prototype
  const ours = inPlaceOf(play, function (this: HTMLMediaElement): Promise<void> {
    return play.call(this).catch(async (error: unknown) => {
      // The event of the failure comes in the same turn, or in the next one.
      await wait(0)
      if (!(await healing.get(this))) throw error
      return play.call(this)
    })
  })
  return replace(prototype, 'play', ours)
}

/** Failures that have no event are seen by their timing only: pictures of style sheets, and whatever failed before this script ran. */
function lookForSilent(interception: Interception, healing: WeakMap<Element, unknown>): void {
  const end = performance.now()
  const isLookedAt = ({ startTime, initiatorType, responseStatus }: PerformanceResourceTiming) =>
    startTime < end &&
    !/^(fetch|xml|script|beacon)/.test(initiatorType) &&
    !(responseStatus >= 200 && responseStatus < 400)
  const observer = new PerformanceObserver((list) => {
    const entries = list.getEntries() as PerformanceResourceTiming[]
    const urls = entries
      .filter((entry) => isLookedAt(entry) && interception.mayTrack(entry.name))
      .map(({ name }) => name)
    if (urls.length === 0) return
    const mayHeal = (url: string, element?: Element) =>
      !(element && healing.has(element)) && isAuthorized(interception, url, element)
    interception
      .loadPagePart()
      .then((part) => part.healSilent({ urls, mayHeal, urlOf, loadAgain }))
      .catch(() => {})
  })
  observer.observe({ type: 'resource', buffered: true })
  setTimeout(() => observer.disconnect(), LOOK_MS)
}

/** Whether a worker is there that gives a token to what an element, or a style sheet, loads. */
function isAuthorized({ gate, matcher, mayTrack }: Interception, url: string, element?: Picture): boolean {
  if (!gate.isOpen || gate.sendHere || !mayTrack(url)) return false
  const mode = element && ownerOf(element).crossOrigin != null ? 'cors' : 'no-cors'
  const destination = element ? destinationOf(element) : 'image'
  return matcher?.match({ url, method: 'GET', mode, destination }, () => null)?.authorize === true
}
