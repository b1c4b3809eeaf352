export default {
  basePath: '/shop',
  trailingSlash: true,
  // `next build` writes static files to `out` with this, and needs no server.
  ...(process.env.NEXT_EXPORT && { output: 'export' }),
}
