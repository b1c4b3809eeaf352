import { documentationOf } from '../documentation.ts'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { version } from '../../version.ts'
import { EXIT, type Exit, UsageError } from '../exit.ts'
import { bold, dim, green, hanging, red, say, text, yellow } from '../styled.ts'
import { type Initialized, init } from './init.ts'
import type { KnownServer } from '../../servers/known-server.ts'
import { askOnTerminal, isTerminal } from './ask-on-terminal.ts'
import { configure } from './configure.ts'
import { readInitFlags } from './init-flags.ts'
import { flagsOf, listOfServers } from './list-servers.ts'
import { pathBelow, projectIn, usualFolderIn } from './project.ts'

/**
 * `bearer-worker init [folder]`.
 * @param words of the line, after `bearer-worker`
 */
export async function runInit(folder: string | undefined, words: readonly string[]): Promise<Exit> {
  const { force, update, list, server, vault, given } = readInitFlags(words)
  if (list) {
    say(server ? flagsOf(server) : listOfServers())
    return EXIT.ok
  }
  if (folder === undefined) throw new UsageError(await whichFolder(server ? ` --for ${server.name}` : ''))
  const from = fileURLToPath(new URL('.', import.meta.url))
  const terminal = { input: process.stdin, output: process.stdout }
  const { ask, close } = askOnTerminal(terminal)
  const questions = isTerminal(terminal) ? { ask } : {}
  if (vault !== undefined && resolve(vault) === resolve(`${folder}`))
    throw new UsageError(
      `Name another folder for the vault than ${folder}: another origin serves it. On the origin of the app it would protect nothing.`,
    )
  const atVault = vault === undefined ? undefined : await init({ from, folder: vault, force, update, what: 'vault' })
  if (atVault?.kind === 'exists') return tellWhatIsThere(atVault.files.map((file) => shownIn(`${vault}`, file)))
  const done = await init({
    from,
    folder: `${folder}`,
    force,
    update,
    what: atVault ? 'app-with-vault' : 'app',
    ...(server && { configure: () => configure({ server, given, ...questions }) }),
  }).finally(close)
  const shown = (file: string) => shownIn(`${folder}`, file)
  if (done.kind === 'exists') return tellWhatIsThere(done.files.map(shown))
  for (const file of atVault?.written ?? []) say(text`${green('✔')} wrote ${shownIn(`${vault}`, file)}`)
  for (const file of atVault?.kept ?? []) say(text`${dim('•')} kept ${shownIn(`${vault}`, file)}`)
  await tell(done, { folder: `${folder}`, shown, server })
  if (vault !== undefined) say(text`\n${yellow('•')} ${hanging(servedElsewhere(vault), 2)}`)
  return EXIT.ok
}

const shownIn = (folder: string, file: string) => `${relative('.', folder).replaceAll('\\', '/') || '.'}/${file}`

const servedElsewhere = (vault: string) =>
  `Serve ${vault} from another origin of the same site, as https://auth.example.com beside https://app.example.com; write its URL into "vault" of the app's configuration, and the origin of each app into "apps" of ${shownIn(vault, 'bearer-worker.vault.json')}. Its page is the redirect URI. See ${documentationOf('vault.md')}.`

function tellWhatIsThere(files: readonly string[]): Exit {
  say(text`${red('✘')} ${bold('Nothing was written: this is there already.')}\n`)
  for (const file of files) say(text`    ${file}`)
  say(
    text`\n    ${dim('cure')}   ${hanging(`--update takes the scripts of ${version} and keeps your configuration; --force overwrites both.`, 11)}`,
  )
  return EXIT.findings
}

async function tell(
  done: Extract<Initialized, { kind: 'done' }>,
  { folder, shown, server }: { folder: string; shown: (file: string) => string; server: KnownServer | undefined },
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
  const project = await projectIn('.')
  const path = project && pathBelow(project.folder, folder)
  const root = path === undefined ? folder : `${project?.folder}`
  const tag = done.scriptTag.replace('/bearer-worker.js', `${path ?? '/'}bearer-worker.js`)
  say(text`\nFirst in the head of every page, with ${bold(root)} being the root of your site:\n\n    ${bold(tag)}\n`)
  if (path !== undefined) say(text`${yellow('•')} ${hanging(belowRoot(path, root), 2)}\n`)
  if (server) tellOf(server, shown('bearer-worker.json'))
  else
    say(
      text`Then write your API's addresses into ${shown('bearer-worker.json')}, and look at it with\n\n    npx bearer-worker check ${shown('bearer-worker.json')}`,
    )
  if (project?.usesPlugin) say(text`\n${yellow('•')} ${hanging(PLUGIN, 2)}`)
}

const belowRoot = (path: string, root: string) =>
  `The worker in this folder covers ${path} and what is below, and no other page. To cover the whole site, copy the files into ${root}.`

/** What is left to do for a known server. */
function tellOf({ title, atTheServer, quirks, cannot }: KnownServer, file: string): void {
  say(text`${bold(title)}, in ${file}. At the server:\n`)
  for (const sentence of atTheServer) say(text`${yellow('•')} ${hanging(sentence, 2)}`)
  if (quirks.length > 0) say(text`\nGood to know:\n`)
  for (const sentence of quirks) say(text`${dim('•')} ${hanging(sentence, 2)}`)
  if (cannot.length > 0) say(text`\nNot offered by this server:\n`)
  for (const sentence of cannot) say(text`${dim('•')} ${hanging(sentence, 2)}`)
}

const PLUGIN =
  "This project uses Vite: with its plugin there is nothing to copy, and the script tag is written for you. In vite.config, import bearerWorker from 'bearer-worker/vite' and add bearerWorker() to plugins; write bearer-worker.json beside index.html."

/** A sentence that names the folder. */
async function whichFolder(flags: string): Promise<string> {
  const project = await projectIn('.')
  if (project?.usesPlugin)
    return `${PLUGIN} To copy the files all the same: npx bearer-worker init ${project.folder}${flags}`
  if (project)
    return `Name the folder that your site serves as it is. In a project with ${project.name} that is ${project.folder}: npx bearer-worker init ${project.folder}${flags}`
  const usual = await usualFolderIn('.')
  return usual === undefined
    ? 'Name the folder that your site serves as it is, the one that index.html is in or is built into: npx bearer-worker init <folder>' +
        flags
    : `Name the folder that your site serves as it is. Is it ${usual}? Then: npx bearer-worker init ${usual}${flags}`
}
