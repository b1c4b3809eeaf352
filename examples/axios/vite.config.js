import bearerWorker from 'bearer-worker/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [bearerWorker()],
  build: { rolldownOptions: { input: ['index.html', 'before.html', 'by-hand.html', 'app.html'] } },
})
