import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from '../../version.ts'
import { EXIT, type Exit, UsageError } from '../exit.ts'
import { bold, dim, green, hanging, red, say, text, yellow } from '../styled.ts'
import { type Initialized, init } from './init.ts'
import { projectIn, usualFolderIn } from './project.ts'

export interface InitFlags {
  readonly force?: boolean
  readonly update?: boolean
}

/** `bearer-worker init [folder]`. */
export async function runInit(folder: string | undefined, { force, update }: InitFlags): Promise<Exit> {
  if (folder === undefined) throw new UsageError(await whichFolder())
  const from = fileURLToPath(new URL('.', import.meta.url))
  const done = await init({ from, folder: `${folder}`, ...(force && { force }), ...(update && { update }) })
  const shown = (file: string) => `${relative('.', `${folder}`).replaceAll('\\', '/') || '.'}/${file}`
  if (done.kind === 'exists') {
    say(text`${red('✘')} ${bold('Nothing was written: this is there already.')}\n`)
    for (const file of done.files) say(text`    ${shown(file)}`)
    say(
      text`\n    ${dim('cure')}   ${hanging(`--update takes the scripts of ${version} and keeps your configuration; --force overwrites both.`, 11)}`,
    )
    return EXIT.findings
  }
  await tell(done, `${folder}`, shown)
  return EXIT.ok
}

async function tell(
  done: Extract<Initialized, { kind: 'done' }>,
  folder: string,
  shown: (file: string) => string,
): Promise<void> {
  if (done.madeFolder)
    say(text`${yellow('•')} ${hanging(`There was no folder ${folder}: it was made. Your site has to serve it.`, 2)}`)
  for (const file of done.written) say(text`${green('✔')} wrote ${shown(file)}`)
  for (const file of done.kept) say(text`${dim('•')} kept ${shown(file)}`)
  for (const file of done.leftOut)
    say(text`${dim('•')} left out ${file}: your configuration has no "authorizationServer"`)
  for (const file of done.obsolete)
    say(
      text`${yellow('•')} ${hanging(`${shown(file)} belongs to an older version: delete it, and take data-worker out of your script tag.`, 2)}`,
    )
  say(
    text`\nFirst in the head of every page, with ${bold(folder)} being the root of your site:\n\n    ${bold(done.scriptTag)}\n`,
  )
  say(
    text`Then write your API's addresses into ${shown('bearer-worker.json')}, and look at it with\n\n    npx bearer-worker check ${shown('bearer-worker.json')}`,
  )
  if ((await projectIn('.'))?.usesPlugin) say(text`\n${yellow('•')} ${hanging(PLUGIN, 2)}`)
}

const PLUGIN =
  'This project uses Vite: with the plugin bearer-worker/vite in vite.config there is nothing to copy, and the script tag is written for you. See docs/vite.md.'

/** A sentence that names the folder. */
async function whichFolder(): Promise<string> {
  const project = await projectIn('.')
  if (project?.usesPlugin) return `${PLUGIN} To copy the files all the same: npx bearer-worker init ${project.folder}`
  if (project)
    return `Name the folder that your site serves as it is. In a project with ${project.name} that is ${project.folder}: npx bearer-worker init ${project.folder}`
  const usual = await usualFolderIn('.')
  return usual === undefined
    ? 'Name the folder that your site serves as it is, the one that index.html is in or is built into: npx bearer-worker init <folder>'
    : `Name the folder that your site serves as it is. Is it ${usual}? Then: npx bearer-worker init ${usual}`
}
