import { reactRouter } from '@react-router/dev/vite'
import bearerWorker from 'bearer-worker/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  // React Router writes its pages itself: the tag stands in app/root.jsx.
  plugins: [bearerWorker({ tag: false }), reactRouter()],
})
