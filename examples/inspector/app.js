const { bearerWorker } = globalThis

// #region other-instance
document.querySelector('bearer-worker-inspector').bearerWorker = bearerWorker
// #endregion
