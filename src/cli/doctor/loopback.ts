export { isLoopback } from '../../policy/patterns.ts'
