import vue from '@vitejs/plugin-vue'
import bearerWorker from 'bearer-worker/vite'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

// #region generate
const generate = {
  plugins: [
    vue(),
    bearerWorker({ worker: 'sw.js' }),
    VitePWA({
      registerType: 'autoUpdate',
      workbox: {
        importScripts: ['bearer-worker.sw.js'],
        globIgnores: ['bearer-worker*'],
      },
    }),
  ],
}
// #endregion

// #region inject
const inject = {
  plugins: [
    vue(),
    bearerWorker({ worker: 'sw.js' }),
    VitePWA({
      registerType: 'autoUpdate',
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.js',
      injectManifest: { globIgnores: ['bearer-worker*'] },
    }),
  ],
}
// #endregion

export default defineConfig(({ mode }) => (mode === 'inject' ? inject : generate))
