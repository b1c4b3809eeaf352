import { BearerWorkerError } from '../errors.ts'

/** Repeats nothing of the message: it may be anything, a token too. */
export const notACall = (): BearerWorkerError =>
  new BearerWorkerError({
    code: 'worker-unavailable',
    message:
      'This message is no call that this worker answers. Use the functions of bearerWorker, from the same version.',
  })
