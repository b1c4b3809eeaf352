import adapter from '@sveltejs/adapter-static'
import { sveltekit } from '@sveltejs/kit/vite'
import bearerWorker from 'bearer-worker/vite'
import { defineConfig } from 'vite'

// The second way of this example has a worker of its own, which an app has in src/service-worker.js.
const ownWorker = { appTemplate: 'src/app.worker.html', serviceWorker: 'src/own-worker' }

export default defineConfig(({ mode }) => ({
  // SvelteKit writes its pages itself: the tag stands in src/app.html.
  plugins: [
    bearerWorker({ tag: false }),
    sveltekit({ adapter: adapter({ fallback: 'index.html' }), ...(mode === 'worker' && { files: ownWorker }) }),
  ],
}))
