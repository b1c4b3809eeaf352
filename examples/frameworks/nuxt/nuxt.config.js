// #region tag
/** First in the head of every page. */
const tag = { src: '/bearer-worker.js', tagPriority: 'critical' }
// #endregion
// #region own-worker
const tagWithOwnWorker = { src: '/bearer-worker.js', 'data-worker': '/sw.js', tagPriority: 'critical' }
// #endregion

// #region config
export default defineNuxtConfig({
  app: { head: { script: [process.env.OWN_WORKER ? tagWithOwnWorker : tag] } },
  compatibilityDate: '2026-11-01',
})
// #endregion
