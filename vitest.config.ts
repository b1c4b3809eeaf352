import { defineConfig } from 'vitest/config'
import { configurationSchemaPlugin } from './scripts/configuration-schema-plugin.ts'

export default defineConfig({
  plugins: [configurationSchemaPlugin()],
  test: { include: ['src/**/*.test.ts'], environment: 'node' }
})
