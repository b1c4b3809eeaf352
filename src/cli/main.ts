#!/usr/bin/env node
/** The entry of `bearer-worker`, the command: reads the line, and says by its exit status how it went. */
import { cac } from 'cac'
import { version } from '../version.ts'
import { EXIT, type Exit, UsageError } from './exit.ts'
import { runInit } from './init/run-init.ts'
import { runCheck } from './run-check.ts'
import { type DoctorFlags, runDoctor } from './doctor/run-doctor.ts'
import { red, text } from './styled.ts'

// Whoever reads the output may stop before its end, as `head` does.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? undefined : EXIT.usage))
process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)

const cli = cac('bearer-worker')
let exit: Exit = EXIT.ok

cli
  .command('init [folder]', 'Copy the files into the folder that your site serves, with a configuration to start from')
  .option('--update', 'Overwrite the scripts by those of this version, keep the configuration')
  .option('--force', 'Overwrite everything, the configuration too')
  .option('--for <server>', 'Write the configuration for a known server; asks for what it needs, or takes flags')
  .option('--vault <folder>', 'Put the files of a vault into this folder, which another origin of the same site serves')
  .option('--list', 'List the known servers; with --for, the flags of this one')
  .allowUnknownOptions()
  .example((name) => `  ${name} init public`)
  .example((name) => `  ${name} init public --vault vault`)
  .example(
    (name) => `  ${name} init public --for keycloak --server https://id.example.com --realm shop --client-id spa`,
  )
  .action(async (folder: string | undefined) => {
    exit = await runInit(folder, process.argv.slice(2))
  })

cli
  .command('check <configuration>', 'Tell every mistake in a configuration file')
  .option('--json', 'Print JSON')
  .example((name) => `  ${name} check public/bearer-worker.json`)
  .action(async (file: string, flags: { readonly json?: boolean }) => {
    exit = await runCheck(file, flags)
  })

cli
  .command('doctor <url>', 'Visit a running site, and tell what would go wrong there')
  .option('--script <url>', 'The page script, where no script tag names it')
  .option('--worker <url>', 'The worker, where no script tag names it')
  .option('--config <url>', 'The configuration, where no script tag names it')
  .option('--request <url>', 'A protected resource to try, instead of the start of each pattern (may be repeated)')
  .option('--probe', 'Without asking: try each token endpoint, and visit private addresses that a public site names')
  .option('--no-browser', 'Read the HTML only, even where a browser is installed')
  .option('--timeout <seconds>', 'For each answer', { default: 10 })
  .option('--json', 'Print JSON')
  .example((name) => `  ${name} doctor https://app.example.com`)
  .action(async (url: string, flags: DoctorFlags) => {
    exit = await runDoctor(url, flags)
  })

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
  exit = tell(error)
}
process.exitCode = exit

/** Says what was wrong in a sentence; never by a stack trace. */
function tell(error: unknown): Exit {
  const { name, message = `${error}` } = Object(error) as Partial<Error>
  const isUsage = name === 'CACError' || name === 'UsageError'
  const help = isUsage
    ? 'See bearer-worker --help.'
    : 'This is a fault of the command: please report it, with what you called.'
  process.stderr.write(`${text`${red('✘')} ${message}\n    ${help}`}\n`)
  return EXIT.usage
}

function fail(error: unknown): never {
  process.exit(tell(error))
}
