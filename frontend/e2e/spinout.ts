import { execFileSync } from 'node:child_process'

import AxeBuilder from '@axe-core/playwright'
import { expect, test as base, type Page } from '@playwright/test'

/** The drivers whom the sandbox's consent page offers. */
export const VETERAN = 'Robin Hartwell'
export const SHOWCASE = 'Tomás Okonkwo'
export const SHOWCASE_ID = '1042877'
export const CLUB_RACER = 'Maja Lindqvist'
export const NEWCOMER = 'Kenji Albrecht'

/** Longest delay of each call of the API, by chance: `E2E_DELAY_MS=2500 make e2e` finds what only works in a hurry. */
const DELAY = Number(process.env.E2E_DELAY_MS ?? 0)

/** A page that must neither fail nor break its Content-Security-Policy. */
export const test = base.extend<{ page: Page }>({
  page: async ({ page }, use) => {
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('console', (message) => {
      if (/content security policy|\[Vue warn\]|\[intlify\]/i.test(message.text()))
        faults.push(message.text())
    })
    if (DELAY > 0) {
      await page.route('**/api/**', async (route) => {
        await new Promise((over) => setTimeout(over, Math.random() * DELAY))
        await route.fallback()
      })
    }
    await use(page)
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    expect(faults, 'faults of the page').toEqual([])
  },
})

export { expect }

/** What whoever runs the server does in a shell. */
export function admin(action: 'grant' | 'revoke', driverId: string): void {
  const program = process.env.SPINOUT_BIN ?? '../target/debug/spinout'
  const folder = process.env[`E2E_DATA_${test.info().project.name}`] ?? ''
  execFileSync(program, ['admin', action, driverId, 'developer', '--data-dir', folder])
}

/** Goes through the sign-in with the sandbox's consent page. */
export async function signIn(page: Page, driver: string): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign in with iRacing' }).click()
  await consent(page, driver)
  await expect(page.getByRole('heading', { level: 1, name: 'Race log' })).toBeVisible()
}

/** Signs in as any member of the sandbox's, also one without a career. */
export async function signInAs(page: Page, member: { id: string; name: string }): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign in with iRacing' }).click()
  await page.getByLabel('Customer id').fill(member.id)
  await page.getByLabel('Name').fill(member.name)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Race log' })).toBeVisible()
}

export async function consent(page: Page, driver: string): Promise<void> {
  await expect(page.getByRole('heading', { name: 'iRacing sandbox' })).toBeVisible()
  await page.getByRole('button', { name: driver }).click()
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Signed in as/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('button', { name: 'Sign in with iRacing' })).toBeVisible()
}

/** Sees a short import to its end, and presses Sync first unless another test has done it for this driver. */
export async function syncToTheEnd(page: Page): Promise<void> {
  const state = page.getByTestId('sync-state')
  await expect(state).toHaveText(/\S/)
  if ((await state.textContent())?.includes('Not synced yet')) {
    const sync = page
      .getByRole('region', { name: 'Import from iRacing' })
      .getByRole('button', { name: /^Sync/ })
    // A click proper would wait out the pause after an import that another test has begun meanwhile.
    await sync.dispatchEvent('click')
  }
  await expect(state).toContainText('Up to date', { timeout: 90_000 })
}

/** No violation of WCAG 2.2 AA that a machine can find, in light and in dark, and no sideways scrolling. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  // Without its heading a page is not there yet.
  await expect(page.locator('h1')).toBeVisible()
  // What is half under the sticky bar would count as too small a target.
  await page.evaluate(() => window.scrollTo(0, 0))
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // Colours that are still on their way would be measured as they are just now.
    await page.evaluate(async () => {
      await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))
      const transitions = document.getAnimations().filter((each) => each instanceof CSSTransition)
      await Promise.allSettled(transitions.map((each) => each.finished))
    })
    const axe = new AxeBuilder({ page })
    // In the dark nothing but the colours is another.
    if (colorScheme === 'dark') axe.withRules(['color-contrast'])
    else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    const { violations } = await axe.analyze()
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    )
    expect(found, `${what}, ${colorScheme}`).toEqual([])
  }
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(sideways, `${what} is wider than the window by`).toBeLessThanOrEqual(0)
}

/** The races' rows that are on the page. */
export function raceRows(page: Page) {
  return page.getByRole('table', { name: 'Races' }).locator('tbody tr[data-index]')
}

export async function raceCount(page: Page): Promise<number> {
  const text = (await page.getByTestId('race-count').textContent()) ?? ''
  return Number(text.replace(/\D/g, ''))
}

/** Chooses in the filters, which a phone folds away. */
export async function choose(page: Page, label: string, option: string | { index: number }): Promise<void> {
  const field = page.getByRole('combobox', { name: label, exact: true })
  if (!(await field.isVisible())) await page.getByRole('button', { name: /^Filters/ }).click()
  await field.selectOption(option)
}
