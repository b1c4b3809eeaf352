#!/usr/bin/env node
/** The entry of `bearer-worker`, the command: reads the line, prints, and says by its exit status how it went. */
import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cac } from 'cac'
import pc from 'picocolors'
import { version } from '../version.ts'
import { check } from './check.ts'
import { doctor, type DoctorOptions } from './doctor/doctor.ts'
import { EXIT, type Exit, UsageError } from './exit.ts'
import { init } from './init.ts'
import { countOf, findingsAsText } from './print.ts'

interface Json {
  readonly json?: boolean
}

const cli = cac('bearer-worker')
let exit: Exit = EXIT.ok
const say = (text: string) => void process.stdout.write(`${text}\n`)

cli
  .command('init <folder>', 'Copy the files into the folder that your site serves, with a configuration to start from')
  .option('--update', 'Overwrite the scripts by those of this version, keep the configuration')
  .option('--force', 'Overwrite everything, the configuration too')
  .option('--core', 'Take the smaller worker: without sign-in, DPoP, explain() and pages without a worker')
  .example((name) => `  ${name} init public`)
  .action(
    async (
      folder: string,
      { force, update, core }: { readonly force?: boolean; readonly update?: boolean; readonly core?: boolean },
    ) => {
      const done = await init({
        from: fileURLToPath(new URL('.', import.meta.url)),
        folder,
        ...(force && { force }),
        ...(update && { update }),
        ...(core && { core }),
      })
      const shown = (file: string) => `${relative('.', folder) || '.'}/${file}`
      if (done.kind === 'exists') {
        exit = EXIT.findings
        say(`${pc.red('✘')} ${pc.bold('Nothing was written: this is there already.')}\n`)
        for (const file of done.files) say(`    ${shown(file)}`)
        return say(
          `\n    ${pc.dim('cure')}   --update takes the scripts of ${version} and keeps your configuration; --force overwrites both.`,
        )
      }
      for (const file of done.written) say(`${pc.green('✔')} wrote ${shown(file)}`)
      for (const file of done.kept) say(`${pc.dim('•')} kept ${shown(file)}`)
      say(
        `\nFirst in the head of every page, with ${pc.bold(folder)} being the root of your site:\n\n    ${pc.bold(done.scriptTag)}\n`,
      )
      say(
        `Then write your API's addresses into ${shown('bearer-worker.json')}, and look at it with\n\n    npx bearer-worker check ${shown('bearer-worker.json')}`,
      )
    },
  )

cli
  .command('check <configuration>', 'Tell every mistake in a configuration file')
  .option('--core', 'Judge it as bearer-worker.core.sw.js does')
  .option('--json', 'Print JSON')
  .example((name) => `  ${name} check public/bearer-worker.json`)
  .action(async (file: string, { json, core = false }: Json & { readonly core?: boolean }) => {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new UsageError(error.code === 'ENOENT' ? `There is no file ${file}.` : error.message)
    })
    const checked = check(text, file, { core })
    const issues = checked.kind === 'bad' ? checked.issues : []
    exit = issues.length > 0 ? EXIT.findings : EXIT.ok
    if (json) return say(JSON.stringify({ version, file, ok: issues.length === 0, issues }, null, 2))
    for (const { path, message } of issues) say(`${pc.red('✘')} ${pc.bold(path || '(file)')}\n    ${message}`)
    if (checked.kind === 'bad')
      return say(
        `\n${file}: ${issues.length === 1 ? '1 mistake' : `${issues.length} mistakes`}. The worker would refuse it as a whole.`,
      )
    say(
      `${pc.green('✔')} ${file} is right: ${checked.configuration.sessions.map(({ name, resources }) => `session "${name}" for ${resources.join(', ')}`).join('; ')}.`,
    )
  })

cli
  .command('doctor <url>', 'Visit a running site, and tell what would go wrong there')
  .option('--script <url>', 'The page script, where no script tag names it')
  .option('--worker <url>', 'The worker, where no script tag names it')
  .option('--config <url>', 'The configuration, where no script tag names it')
  .option('--request <url>', 'A protected resource to try, instead of the start of each pattern (may be repeated)')
  .option('--timeout <seconds>', 'For each answer', { default: 10 })
  .option('--json', 'Print JSON')
  .example((name) => `  ${name} doctor https://app.example.com`)
  .action(
    async (
      url: string,
      options: Json & {
        readonly script?: string
        readonly worker?: string
        readonly config?: string
        readonly request?: string | readonly string[]
        readonly timeout: unknown
      },
    ) => {
      const site = urlOf(/^[a-z]+:\/\//i.test(url) ? url : `https://${url}`)
      const timeoutMs = Number(options.timeout) * 1000
      if (!(timeoutMs > 0)) throw new UsageError('--timeout takes a number of seconds.')
      const { script, worker, config, request } = options
      const given: DoctorOptions = {
        timeoutMs,
        ...(script !== undefined && { script: urlOf(script, site).href }),
        ...(worker !== undefined && { worker: urlOf(worker, site).href }),
        ...(config !== undefined && { config: urlOf(config, site).href }),
        requests: [request ?? []].flat().map((each) => urlOf(each, site).href),
      }
      const report = await doctor(site.href, given)
      exit = report.ok ? EXIT.ok : EXIT.findings
      if (options.json) return say(JSON.stringify({ version, ...report }, null, 2))
      for (const what of report.passed) say(`${pc.green('✔')} ${what}`)
      if (report.findings.length > 0) say(`\n${findingsAsText(report.findings)}`)
      say(`${report.site}: ${countOf(report.findings)}.`)
    },
  )

cli.help()
cli.version(version)

try {
  const { options } = cli.parse(process.argv, { run: false })
  if (cli.matchedCommand) await cli.runMatchedCommand()
  else if (!options['help'] && !options['version']) {
    if (cli.args.length > 0) throw new UsageError(`There is no command "${cli.args[0]}".`)
    cli.outputHelp()
    exit = EXIT.usage
  }
} catch (error) {
  const { name, message } = error as Error
  if (name !== 'CACError' && name !== 'UsageError') throw error
  process.stderr.write(`${pc.red('✘')} ${message}\n    See bearer-worker --help.\n`)
  exit = EXIT.usage
}
process.exitCode = exit

function urlOf(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new UsageError(`"${text}" is no URL.`)
  const url = new URL(text, base)
  if (!/^https?:$/.test(url.protocol)) throw new UsageError(`"${text}" is no http or https URL.`)
  return url
}
