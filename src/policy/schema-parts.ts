import * as v from 'valibot'

/** Checked by the function that `formats` has under this name. */
export const format = (name: string) => v.pipe(v.string(), v.metadata({ format: name }))
export const text = (pattern: RegExp, errorMessage: string) =>
  v.pipe(v.string(), v.regex(pattern), v.metadata({ errorMessage }))
export const between = (least: number, most: number) => v.pipe(v.number(), v.minValue(least), v.maxValue(most))
export const whole = (least: number, most: number) => v.pipe(between(least, most), v.integer())

/** What a key means and when it is needed, with an example: editors show both, and docs/configuration.md is made of them. */
export const key = <const Schema extends v.GenericSchema>(description: string, example: unknown, schema: Schema) =>
  v.pipe(schema, v.description(description), v.metadata({ examples: [example] }))
/** One of several forms, told apart by their types. */
export const oneOf = <const Options extends v.UnionOptions>(errorMessage: string, options: Options) =>
  v.pipe(v.union(options), v.metadata({ errorMessage }))
export const flag = (description: string) => v.optional(key(description, true, v.boolean()), false)

export const word = v.pipe(
  v.string(),
  v.minLength(1),
  v.metadata({ errorMessage: 'Write at least one character, or leave the key out.' }),
)
export const url = format('endpoint-url')
export const pattern = format('resource-pattern')
export const codes = v.array(word)
/** Any JSON value. */
export const anything = v.unknown()
export const headerValue = text(
  /^[\t -~\x80-\xff]*$/,
  'Write text without line breaks and without characters beyond Latin-1.',
)

export type Deep<T> = T extends object ? { readonly [Key in keyof T]: Deep<T[Key]> } : T
