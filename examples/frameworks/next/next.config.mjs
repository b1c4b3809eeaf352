import { join } from 'node:path'

export default {
  basePath: '/shop',
  trailingSlash: true,
  // `next build` writes static files to `out` with this, and needs no server.
  ...(process.env.NEXT_EXPORT && { output: 'export' }),
  // Not for an app of its own: here the folders above are another project, with a tsconfig.json of its own.
  turbopack: { root: join(import.meta.dirname, '..') },
}
