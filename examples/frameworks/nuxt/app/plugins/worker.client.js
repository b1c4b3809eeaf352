// The site registers its worker itself, as it did before: page script and site name the same URL, which is one worker.
export default defineNuxtPlugin(() => {
  if (document.querySelector('script[data-worker]')) void navigator.serviceWorker.register('/sw.js')
})
