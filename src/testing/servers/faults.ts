/** Every way in which a refresh can fail, by name: what the server does, and what the policy decides. */
import { BODY_FAULTS, FIELD_FAULTS } from './faults/bodies.ts'
import { CODE_FAULTS } from './faults/codes.ts'
import { STATUS_FAULTS } from './faults/statuses.ts'
import { WIRE_FAULTS } from './faults/wire.ts'

export const FAULTS = { ...STATUS_FAULTS, ...CODE_FAULTS, ...BODY_FAULTS, ...FIELD_FAULTS, ...WIRE_FAULTS }

export type FaultName = keyof typeof FAULTS
