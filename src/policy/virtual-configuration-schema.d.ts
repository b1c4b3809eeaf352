/** Makes the JSON Schema of configuration-schema.ts without what only people read, from the plugin in scripts/. */
declare module 'virtual:configuration-schema' {
  const schema: () => import('./check-schema.ts').JsonSchema
  export default schema
}

/** The same with descriptions and examples. */
declare module 'virtual:configuration-schema/described' {
  const schema: () => import('./check-schema.ts').JsonSchema
  export default schema
}
