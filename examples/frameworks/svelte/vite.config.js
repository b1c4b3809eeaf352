import adapter from '@sveltejs/adapter-static'
import { sveltekit } from '@sveltejs/kit/vite'
import bearerWorker from 'bearer-worker/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  // SvelteKit writes its pages itself: the tag stands in src/app.html.
  plugins: [bearerWorker({ tag: false }), sveltekit({ adapter: adapter({ fallback: 'index.html' }) })],
})
