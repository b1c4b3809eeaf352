/** The entry of `bearer-worker.page.js`. The build makes a function of it, which the page script that has loaded the file calls. */
export { pagePart as part } from './index.ts'
