import { createElement, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import * as library from 'react-use-websocket'

// The package is CommonJS: a bundler may leave its default export in an object.
const useWebSocket = [library.default?.default, library.default].find((each) => typeof each === 'function')

function Feed({ url, show }) {
  const { lastMessage } = useWebSocket(url, { shouldReconnect: () => true, reconnectInterval: 100 })
  useEffect(() => {
    if (lastMessage) show(lastMessage.data)
  }, [lastMessage, show])
  return null
}

export function connect(url, show) {
  createRoot(document.body.appendChild(document.createElement('div'))).render(createElement(Feed, { url, show }))
}
