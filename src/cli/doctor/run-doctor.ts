import { version } from '../../version.ts'
import { EXIT, type Exit, UsageError } from '../exit.ts'
import { countOf, findingsAsText } from '../print.ts'
import { printableJson } from '../printable.ts'
import { green, hanging, say, Styled, text, yellow } from '../styled.ts'
import { askingConsent } from './consent.ts'
import { doctor, type DoctorOptions } from './doctor.ts'
import { isLoopback } from './loopback.ts'

export interface DoctorFlags {
  readonly json?: boolean
  readonly script?: string
  readonly worker?: string
  readonly config?: string
  readonly request?: string | readonly string[]
  readonly timeout: unknown
  readonly probe?: boolean
  /** False with `--no-browser`. */
  readonly browser?: boolean
}

/** `bearer-worker doctor <url>`. */
export async function runDoctor(url: string, flags: DoctorFlags): Promise<Exit> {
  const site = siteOf(`${url}`)
  const report = await doctor(site.href, optionsOf(flags, site))
  if (flags.json) say(Styled.make(printableJson({ version, ...report })))
  else {
    for (const what of report.passed) say(text`${green('✔')} ${hanging(what, 2)}`)
    say(text`${report.rendered ? green('✔') : yellow('•')} ${hanging(report.read, 2)}`)
    if (report.findings.length > 0) say(text`\n${findingsAsText(report.findings)}`)
    say(text`${report.site}: ${countOf(report.findings)}.`)
  }
  return report.ok ? EXIT.ok : EXIT.findings
}

function optionsOf(
  { script, worker, config, request, timeout, probe, browser, json }: DoctorFlags,
  site: URL,
): DoctorOptions {
  const timeoutMs = Number(timeout) * 1000
  if (!(timeoutMs > 0 && timeoutMs <= 600_000)) throw new UsageError('--timeout takes a number of seconds, up to 600.')
  const named = (given: string | undefined) => (given === undefined ? undefined : urlOf(`${given}`, site).href)
  const places = { script: named(script), worker: named(worker), config: named(config) }
  const consent = json ? undefined : askingConsent()
  return {
    timeoutMs,
    browser: browser !== false,
    requests: [request ?? []].flat().map((each) => urlOf(`${each}`, site).href),
    ...(Object.fromEntries(Object.entries(places).filter(([, place]) => place !== undefined)) as Partial<
      Record<'script' | 'worker' | 'config', string>
    >),
    ...(probe && { probe: true }),
    ...(consent && { consent }),
  }
}

/** Without a scheme: http for this machine, as dev servers speak it, https for all others. */
function siteOf(text: string): URL {
  // To a URL, "3000" is a host by its number: 0.0.11.184.
  const [, port, path = ''] = /^:?(\d{1,5})(\/.*)?$/.exec(text) ?? []
  if (port !== undefined) throw new UsageError(`"${text}" is a port without a host: write localhost:${port}${path}.`)
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return urlOf(text)
  const secure = urlOf(`https://${text.replace(/^\/+/, '')}`)
  return isLoopback(secure.hostname) ? urlOf(`http://${text.replace(/^\/+/, '')}`) : secure
}

function urlOf(text: string, base?: URL): URL {
  if (!URL.canParse(text, base?.href)) throw new UsageError(`"${text}" is no URL.`)
  const url = new URL(text, base)
  if (!/^https?:$/.test(url.protocol)) throw new UsageError(`"${text}" is no http or https URL.`)
  return url
}
