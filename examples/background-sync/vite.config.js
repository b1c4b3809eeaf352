import { defineConfig } from 'vite'

export default defineConfig({
  build: { rolldownOptions: { input: ['index.html', 'sw.js'], output: { entryFileNames: '[name].js' } } },
})
