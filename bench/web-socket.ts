/** The part of RFC 6455 that orders and results need: text messages, no outgoing fragments, no extensions. */
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** @see https://www.rfc-editor.org/rfc/rfc6455#section-1.3 */
const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export interface TextSocket {
  send(text: string): void
}

/** Accepts the upgrade; calls back for each message. */
export function accept(request: IncomingMessage, socket: Duplex, onText: (text: string) => void): TextSocket {
  const proof = createHash('sha1')
    .update(request.headers['sec-websocket-key'] + MAGIC)
    .digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${proof}\r\n\r\n`,
  )
  let rest: Buffer = Buffer.alloc(0)
  let text = ''
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    for (let frame = readFrame(rest); frame; frame = readFrame(rest)) {
      rest = rest.subarray(frame.length)
      if (frame.opcode === 8) return void socket.end()
      if (frame.opcode > 1) continue
      text += frame.payload.toString('utf8')
      if (!frame.final) continue
      onText(text)
      text = ''
    }
  })
  return { send: (message) => void socket.write(writeFrame(Buffer.from(message))) }
}

/** Payload lengths that say how many bytes after them have the real one. */
const SIZE_IN_2_BYTES = 126
const SIZE_IN_8_BYTES = 127
const HEAD_LENGTHS: Readonly<Record<number, number>> = { [SIZE_IN_2_BYTES]: 4, [SIZE_IN_8_BYTES]: 10 }

/** A frame of a browser, which always masks. @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function readFrame(
  bytes: Buffer,
): { readonly final: boolean; readonly opcode: number; readonly payload: Buffer; readonly length: number } | undefined {
  if (bytes.length < 2) return undefined
  const short = bytes[1]! & 0x7f
  const head = HEAD_LENGTHS[short] ?? 2
  if (bytes.length < head + 4) return undefined
  const size = sizeOf(bytes, short)
  const length = head + 4 + size
  if (bytes.length < length) return undefined
  const mask = bytes.subarray(head, head + 4)
  const payload = Buffer.from(bytes.subarray(head + 4, length).map((byte, i) => byte ^ mask[i % 4]!))
  return { final: bytes[0]! >= 0x80, opcode: bytes[0]! & 0xf, payload, length }
}

function sizeOf(bytes: Buffer, short: number): number {
  if (short === SIZE_IN_2_BYTES) return bytes.readUInt16BE(2)
  return short === SIZE_IN_8_BYTES ? Number(bytes.readBigUInt64BE(2)) : short
}

function writeFrame(payload: Buffer): Buffer {
  const { length } = payload
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload])
  const head = Buffer.from([0x81, 126, length >> 8, length & 0xff])
  return Buffer.concat([head, payload])
}
