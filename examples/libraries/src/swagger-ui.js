import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js'

export default () =>
  new Promise((resolve) => {
    const domNode = document.createElement('div')
    document.body.append(domNode)
    const look = new MutationObserver(() => {
      const [operation] = domNode.getElementsByClassName('opblock-summary-path')
      const [failure] = domNode.getElementsByClassName('errors')
      if (!operation && !failure) return
      look.disconnect()
      resolve([operation ? operation.textContent.replace(/\u200b/g, '') : failure.textContent])
    })
    look.observe(domNode, { childList: true, subtree: true })
    SwaggerUI({ url: '/api/openapi.json', domNode })
  })
