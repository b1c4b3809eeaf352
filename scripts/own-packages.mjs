/** What the suites with packages of their own share: what is installed, and what the last run showed. */
import { existsSync, readFileSync } from 'node:fs'

/** Whether what is installed in a folder is what its lock file says. @param {string} folder */
export function isInstalled(folder) {
  const marker = `${folder}/node_modules/.package-lock.json`
  if (!existsSync(marker)) return false
  const present = new Set(versionsIn(marker))
  return versionsIn(`${folder}/package-lock.json`).every((each) => present.has(each))
}

/** @param {string} lockFile */
function versionsIn(lockFile) {
  return Object.entries(JSON.parse(readFileSync(lockFile, 'utf8')).packages).flatMap(
    ([path, { version, optional, dev }]) => (path === '' || optional || dev ? [] : [`${path} ${version}`]),
  )
}

/**
 * @typedef {{ readonly title: string, readonly file: string, readonly passed: boolean, readonly skipped: boolean,
 *   readonly annotations: readonly { readonly type: string, readonly description: string }[] }} Shown
 */

/** The tests of a report. @param {string} report @returns {readonly Shown[]} */
export function testsIn(report) {
  return JSON.parse(readFileSync(report, 'utf8')).suites.flatMap(specsOf)
}

/** @param {any} suite @returns {Shown[]} */
function specsOf(suite) {
  const specs = (suite.specs ?? []).map((/** @type {any} */ { title, file, tests: [test] }) => ({
    title,
    file: file ?? suite.file,
    passed: test?.status === 'expected',
    skipped: test?.status === 'skipped',
    annotations: test?.annotations ?? [],
  }))
  return [...specs, ...(suite.suites ?? []).flatMap(specsOf)]
}
