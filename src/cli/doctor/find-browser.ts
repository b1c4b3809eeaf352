import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Names that Chromium and its relatives have on the search path. */
const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge',
  'brave-browser',
  'chromium-headless-shell',
]

const ON_MACOS = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'Brave Browser.app/Contents/MacOS/Brave Browser',
]
const ON_WINDOWS = [
  'Google\\Chrome\\Application\\chrome.exe',
  'Microsoft\\Edge\\Application\\msedge.exe',
  'Chromium\\Application\\chrome.exe',
]

/** An installed Chromium, Chrome, Edge or Brave: the one that CHROME_PATH names, one of the system, or one of Playwright. */
export async function findBrowser(): Promise<string | undefined> {
  const { CHROME_PATH, PATH = '', HOME = '', PROGRAMFILES = '', LOCALAPPDATA = '' } = process.env
  if (CHROME_PATH) return (await isExecutable(CHROME_PATH)) ? CHROME_PATH : undefined
  const candidates =
    {
      darwin: ['/Applications', join(HOME, 'Applications')].flatMap((folder) =>
        ON_MACOS.map((app) => join(folder, app)),
      ),
      win32: [PROGRAMFILES, `${PROGRAMFILES} (x86)`, LOCALAPPDATA].flatMap((folder) =>
        ON_WINDOWS.map((app) => join(folder, app)),
      ),
    }[process.platform as string] ??
    NAMES.flatMap((name) =>
      PATH.split(delimiter)
        .filter(Boolean)
        .map((folder) => join(folder, name)),
    )
  for (const candidate of candidates) if (await isExecutable(candidate)) return candidate
  const downloaded = await downloadedByPlaywright()
  return downloaded !== undefined && (await isExecutable(downloaded)) ? downloaded : undefined
}

/** Where the project has Playwright: the command itself needs none. */
async function downloadedByPlaywright(): Promise<string | undefined> {
  try {
    const { chromium } = await import('@playwright/test')
    return chromium.executablePath()
  } catch {
    return undefined
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}
