import { registerInstrumentations } from '@opentelemetry/instrumentation'
import { FetchInstrumentation } from '@opentelemetry/instrumentation-fetch'
import { XMLHttpRequestInstrumentation } from '@opentelemetry/instrumentation-xml-http-request'
import { InMemorySpanExporter, SimpleSpanProcessor, WebTracerProvider } from '@opentelemetry/sdk-trace-web'

// It wraps fetch and XMLHttpRequest.
const exporter = new InMemorySpanExporter()
new WebTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
registerInstrumentations({ instrumentations: [new FetchInstrumentation(), new XMLHttpRequestInstrumentation()] })

export default async function use() {
  exporter.reset()
  const rows = await (await fetch('/api/rows')).json()
  const byXhr = await new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('GET', '/api/rows')
    request.onloadend = () => resolve(request.status)
    request.send()
  })
  // Its spans end a moment after the answers.
  while (exporter.getFinishedSpans().length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  return [`${byXhr}`, ...rows.map(({ name }) => name)]
}
