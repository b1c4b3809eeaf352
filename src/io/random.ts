/** 0 to 1. It only spreads moments in time; what has to be secret comes from `crypto`. */
export const random = (): number => Math.random()
