import { create, createFileRegistry } from '@bufbuild/protobuf'
import {
  file_google_protobuf_empty,
  file_google_protobuf_struct,
  FileDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt'
import { createClient } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-web'

/** A service as the generator of code would describe it. */
const file = create(FileDescriptorProtoSchema, {
  name: 'lighthouses.proto',
  package: 'lighthouses',
  syntax: 'proto3',
  dependency: ['google/protobuf/empty.proto', 'google/protobuf/struct.proto'],
  service: [
    {
      name: 'Lighthouses',
      method: [{ name: 'List', inputType: '.google.protobuf.Empty', outputType: '.google.protobuf.ListValue' }],
    },
  ],
})
const known = [file_google_protobuf_empty, file_google_protobuf_struct]
const registry = createFileRegistry(file, (name) => known.find(({ proto }) => proto.name === name))
const client = createClient(registry.getService('lighthouses.Lighthouses'), createConnectTransport({ baseUrl: '/api' }))

export default async function use() {
  const { values } = await client.list({})
  return values.map(({ kind }) => kind.value)
}
