export const metadata = { title: 'Lighthouses', icons: { icon: 'data:,' } }

// #region layout
export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        {/* With basePath, which next/script and <script> do not add. */}
        <script src="/shop/bearer-worker.js" />
      </head>
      <body>{children}</body>
    </html>
  )
}
// #endregion
