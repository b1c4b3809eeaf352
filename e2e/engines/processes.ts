import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** The children of a process whose command line has this word in it (Linux). */
export function childProcesses(parent: number, word: string): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
        const [, parentOfIt] = status.slice(status.lastIndexOf(')') + 2).split(' ')
        return Number(parentOfIt) === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word)
      } catch {
        return false // it has ended meanwhile
      }
    })
}

/** Kills a process that is not our child, and waits until its parent has noticed. */
export async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  while (existsSync(`/proc/${pid}`)) await delay(5)
}
