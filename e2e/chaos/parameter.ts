/** A number that `npm run chaos` sets for the long form. */
export const parameter = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)
