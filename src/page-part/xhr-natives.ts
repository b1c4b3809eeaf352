/** The browser's own functions and getters of an XMLHttpRequest, as functions of it. The page script took them before other scripts ran. */
export interface XhrNatives {
  readonly open: (xhr: XMLHttpRequest, ...args: Parameters<XMLHttpRequest['open']>) => void
  readonly setRequestHeader: (xhr: XMLHttpRequest, name: string, value: string) => void
  readonly getResponseHeader: (xhr: XMLHttpRequest, name: string) => string | null
  readonly getAllResponseHeaders: (xhr: XMLHttpRequest) => string
  readonly response: (xhr: XMLHttpRequest) => unknown
  readonly responseText: (xhr: XMLHttpRequest) => string
}
