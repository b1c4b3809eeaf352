/** The service worker that controls this page, in words: its path, or why there is none. */
export function controllerOf({ serviceWorker }: Partial<Pick<Navigator, 'serviceWorker'>> = navigator): string {
  if (!serviceWorker) return 'No service worker can run here.'
  const { controller } = serviceWorker
  if (!controller) return 'No service worker controls this page.'
  return `Controlled by ${new URL(controller.scriptURL).pathname}`
}

/** Calls at once, and each time that another worker takes control. */
export function watchController(show: (words: string) => void, signal: AbortSignal): void {
  const tell = () => show(controllerOf())
  tell()
  navigator.serviceWorker?.addEventListener('controllerchange', tell, { signal })
}
