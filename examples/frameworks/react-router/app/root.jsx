import { Links, Meta, Outlet, Scripts } from 'react-router'

// #region layout
export function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <script src="/bearer-worker.js" />
        <link rel="icon" href="data:," />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <Scripts />
      </body>
    </html>
  )
}
// #endregion

export function HydrateFallback() {
  return null
}

export default function App() {
  return <Outlet />
}
