import { defineConfig } from 'vitest/config'
import { configurationSchemaPlugin } from './scripts/configuration-schema-plugin.ts'

export default defineConfig({
  define: { __BEARER_WORKER_VERSION__: '"0.0.0-test"', __BEARER_WORKER_DOCUMENTATION__: '"https://docs.example"' },
  plugins: [configurationSchemaPlugin()],
  test: {
    include: ['{src,docs,bench}/**/*.test.ts'],
    environment: 'node',
    // What the command prints is compared without colours. CI would turn them on.
    env: { NO_COLOR: '1' },
  },
})
