/** The database of the sessions, and its one table. */
export const DATABASE = 'bearer-worker'
export const TABLE = 'sessions'
