import vue from '@vitejs/plugin-vue'
import bearerWorker from 'bearer-worker/vite'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

// #region worker
/** The development server of vite-plugin-pwa has its worker at another URL, with `injectManifest` as a module. */
const workerOf = (command, type = 'classic') =>
  command === 'serve' ? { worker: 'dev-sw.js?dev-sw', type } : { worker: 'sw.js' }
// #endregion

// #region generate
const generate = ({ command }) => ({
  plugins: [
    vue(),
    bearerWorker(workerOf(command)),
    VitePWA({
      registerType: 'autoUpdate',
      workbox: {
        importScripts: ['bearer-worker.sw.js'],
        globIgnores: ['bearer-worker.*.js'],
      },
      devOptions: { enabled: true },
    }),
  ],
})
// #endregion

// #region inject
const inject = ({ command }) => ({
  plugins: [
    vue(),
    bearerWorker(workerOf(command, 'module')),
    VitePWA({
      registerType: 'autoUpdate',
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.js',
      injectManifest: { globIgnores: ['bearer-worker.*.js'] },
      devOptions: { enabled: true, type: 'module', navigateFallback: 'index.html' },
    }),
  ],
})
// #endregion

export default defineConfig((env) => (env.mode === 'inject' ? inject(env) : generate(env)))
