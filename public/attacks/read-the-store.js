// Every script of an origin can open the stores of that origin.
const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)))
const database = await done(indexedDB.open('bearer-worker'))
const records = await done(database.transaction('sessions').objectStore('sessions').getAll())
database.close()

for (const { accessToken, refreshToken } of records) {
  if (accessToken) found('access token', accessToken)
  if (refreshToken) found('refresh token', refreshToken)
}
