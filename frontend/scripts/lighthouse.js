// Audits the built pages with Lighthouse: the race log and the page of a race, as a signed-in driver sees them. Each page is
// opened five times, for a machine is never quite at rest; the median counts. Prints one JSON object and fails below 95.
// Needs a build (`npm run build`) and the program `spinout` (`SPINOUT_BIN`; take the one built for release).
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { chromium } from '@playwright/test'
import lighthouse from 'lighthouse'

const LEAST = 95
const TIMES = Number(process.env.LIGHTHOUSE_TIMES ?? 5)
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo']
const DRIVER = 'Tomás Okonkwo'

const port = Number(process.env.LIGHTHOUSE_PORT ?? 8147)
const debugging = port + 1
const url = `http://localhost:${port}`
const folder = mkdtempSync(join(tmpdir(), 'spinout-lighthouse-'))
const root = fileURLToPath(new URL('..', import.meta.url))
const program = process.env.SPINOUT_BIN ?? join(root, '../target/debug/spinout')
const system = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

const options = ['--listen', `127.0.0.1:${port}`, '--public-url', url, '--data-dir', folder]
const server = spawn(program, ['run', ...options, '--web-dir', join(root, 'dist'), '--log-level', 'warn'], {
  stdio: 'inherit',
})

async function answering() {
  for (;;) {
    try {
      if ((await fetch(`${url}/api/health/ready`)).ok) return
    } catch {
      if (server.exitCode !== null) throw new Error('spinout has ended')
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** Signs the driver in, and brings the races. Gives the address of the newest one. */
async function prepare(page) {
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign in with iRacing' }).click()
  await page.getByRole('button', { name: DRIVER }).click()
  await page.getByRole('main').getByRole('button', { name: 'Sync' }).click()
  await page.getByText('Up to date').first().waitFor({ timeout: 120_000 })
  return page
    .locator('tr[data-index] a')
    .first()
    .evaluate((link) => link.href)
}

/** Asks for an audit; Lighthouse now and then loses a trace, and says to run it again. */
async function audit(address, form, again = 2) {
  const desktop = form === 'desktop'
  const { lhr } = await lighthouse(address, {
    port: debugging,
    onlyCategories: CATEGORIES,
    // Who is signed in has been here before: the pages are kept, by their service worker.
    disableStorageReset: true,
    formFactor: form,
    screenEmulation: desktop
      ? { mobile: false, width: 1350, height: 940, deviceScaleFactor: 1, disabled: false }
      : undefined,
    throttling: desktop
      ? {
          rttMs: 40,
          throughputKbps: 10_240,
          cpuSlowdownMultiplier: 1,
          requestLatencyMs: 0,
          downloadThroughputKbps: 0,
          uploadThroughputKbps: 0,
        }
      : undefined,
  })
  if (lhr.runtimeError) {
    if (again === 0) throw new Error(`${address}: ${lhr.runtimeError.message}`)
    await freshBrowser()
    return audit(address, form, again - 1)
  }
  const scores = Object.fromEntries(
    CATEGORIES.map((name) => [name, Math.round(lhr.categories[name].score * 100)]),
  )
  const faults = Object.values(lhr.audits)
    .filter(
      ({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== 'informative',
    )
    .map(({ id, score, displayValue }) => `${id} ${score}${displayValue ? ` (${displayValue})` : ''}`)
  return { scores, faults }
}

let browser
/** A browser just started that knows the driver: the one before still holds the pages that it has shown. */
async function freshBrowser() {
  await browser?.close()
  browser = await chromium.launchPersistentContext(join(folder, 'browser'), {
    ...(existsSync(system) ? { executablePath: system } : {}),
    locale: 'en-US',
    args: [
      `--remote-debugging-port=${debugging}`,
      '--disable-background-networking',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  })
}

try {
  await answering()
  await freshBrowser()
  const pages = { log: `${url}/races`, race: await prepare(browser.pages()[0]) }
  const found = {}
  for (const form of ['desktop', 'mobile']) {
    for (const [page, address] of Object.entries(pages)) {
      const audits = []
      while (audits.length < TIMES) {
        await freshBrowser()
        audits.push(await audit(address, form))
      }
      const all = Object.fromEntries(
        CATEGORIES.map((name) => [name, audits.map(({ scores }) => scores[name]).sort((a, b) => a - b)]),
      )
      found[`${page} ${form}`] = { scores: all, faults: audits.at(-1).faults }
      console.error(`${page} ${form}: ${all.performance.join(', ')}`)
    }
  }
  console.log(JSON.stringify(found, null, 2))
  const low = Object.values(found).some(({ scores }) =>
    Object.values(scores).some((sorted) => sorted[Math.floor(sorted.length / 2)] < LEAST),
  )
  process.exitCode = low ? 1 : 0
} finally {
  await browser?.close()
  server.kill('SIGINT')
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  } catch {
    console.error(`left behind: ${folder}`)
  }
}
