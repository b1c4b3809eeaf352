import { BearerWorkerError } from '../errors.ts'

/** The error of a message that is no call. It repeats nothing of the message: that may be anything, a token too. */
export const invalidCall = (): BearerWorkerError =>
  new BearerWorkerError({
    code: 'invalid-call',
    message:
      'This message is no call that this worker answers. Use the functions of bearerWorker, from the same version.',
  })
