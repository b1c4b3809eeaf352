import { BearerWorkerError } from '../errors.ts'

/** The error of a page whose module imports this, while its script tag is missing, or the file of the tag. */
export const notStarted = (): BearerWorkerError =>
  new BearerWorkerError({
    code: 'worker-unavailable',
    message:
      'Bearer Worker was not started. Put <script src="/bearer-worker.js"></script> first into the head and see that the file is served, or call bearerWorker.start().',
  })

/** The error of a sign-in in a dedicated or shared worker. */
export const cannotNavigate = (): BearerWorkerError =>
  new BearerWorkerError({ code: 'sign-in-failed', message: 'A worker cannot navigate: call signIn() in a page.' })
