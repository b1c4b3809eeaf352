import { documentation } from '../documentation.ts'

/** The address of a page of `docs/`, which is not in the package. */
export const documentationOf = (page: string): string => `${documentation}/${page}`
