import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { defineConfig } from '@playwright/test'

const program = process.env.SPINOUT_BIN ?? '../target/debug/spinout'
const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

/**
 * Each project has a server of its own, so that both see a career arrive, and so that the faults of iRacing's that one of
 * them is about do not hit the others.
 */
const first = Number(process.env.E2E_PORT ?? 8137)
const projects = {
  desktop: address('desktop', first),
  phone: address('phone', first + 1),
  faults: address('faults', first + 2),
}
const FAULTS = '**/faults.spec.ts'

function address(project: string, port: number): { port: number; url: string; folder: string } {
  // The processes that run the tests read this file again: they are to know the same folder.
  const folder = (process.env[`E2E_DATA_${project}`] ??= mkdtempSync(join(tmpdir(), 'spinout-e2e-')))
  // Browsers keep the session's cookie on http only for localhost.
  return { port, url: `http://localhost:${port}`, folder }
}

function server({ port, url, folder }: { port: number; url: string; folder: string }) {
  const options = {
    listen: `127.0.0.1:${port}`,
    'public-url': url,
    'data-dir': folder,
    'web-dir': process.env.E2E_WEB_DIR ?? 'dist',
    'log-level': 'warn',
  }
  const line = Object.entries(options).map(([name, value]) => `--${name} ${value}`)
  return {
    command: [program, 'run', ...line].join(' '),
    url: `${url}/api/health/ready`,
    timeout: 120_000,
    reuseExistingServer: false,
    stdout: 'ignore' as const,
    stderr: 'pipe' as const,
  }
}

const browser = {
  // Without a system's own Chromium, the one that Playwright installs.
  launchOptions: {
    ...(existsSync(chromium) ? { executablePath: chromium } : {}),
    args: ['--disable-background-networking', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  },
}

/** Drives the real program, on fresh data folders, with the sandbox in iRacing's place. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // A career arrives, and each page is checked twice for accessibility: minutes, on a busy machine.
  timeout: 300_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['html', { open: 'never' }]],
  use: {
    locale: 'en-US',
    timezoneId: 'Europe/Stockholm',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    ...browser,
  },
  projects: [
    {
      name: 'desktop',
      testIgnore: FAULTS,
      use: { baseURL: projects.desktop.url, viewport: { width: 1280, height: 800 } },
    },
    {
      name: 'phone',
      testIgnore: FAULTS,
      use: {
        baseURL: projects.phone.url,
        viewport: { width: 390, height: 844 },
        isMobile: true,
        hasTouch: true,
        deviceScaleFactor: 2,
      },
    },
    {
      name: 'faults',
      testMatch: FAULTS,
      use: { baseURL: projects.faults.url, viewport: { width: 1280, height: 800 } },
    },
  ],
  webServer: Object.values(projects).map(server),
})
