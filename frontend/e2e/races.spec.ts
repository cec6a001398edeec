import { consent, expect, expectAccessible, raceRows, SHOWCASE, signIn, syncToTheEnd, test } from './spinout'

test('races of every kind are first-class', async ({ page }) => {
  await signIn(page, SHOWCASE)
  await syncToTheEnd(page)
  await expect(raceRows(page).first()).toBeVisible()

  await test.step('the log names kinds, and shows class and overall', async () => {
    for (const badge of ['Team', 'Heat', 'League', 'Hosted', 'Unofficial']) {
      await expect(
        page.getByRole('table', { name: 'Races' }).getByText(badge, { exact: true }).first(),
      ).toBeVisible()
    }
    await expectAccessible(page, 'race log with every kind of race')
  })

  await test.step('a team’s row opens to its drivers', async () => {
    await raceRows(page)
      .filter({ has: page.getByText('Team', { exact: true }) })
      .first()
      .getByRole('link')
      .click()
    const results = page.getByRole('region', { name: 'Results' })
    const team = results.locator('tr.me').getByRole('button')
    await expect(team).toHaveAttribute('aria-expanded', 'false')
    await team.click()
    await expect(results.getByRole('rowheader', { name: SHOWCASE })).toBeVisible()
    await expectAccessible(page, 'team race')
  })

  await test.step('the log is where it was', async () => {
    await page.getByRole('button', { name: 'Race log' }).click()
    await expect(raceRows(page).first()).toBeVisible()
  })

  await test.step('the other sessions have results, too', async () => {
    await raceRows(page).last().getByRole('link').click()
    const tabs = page.getByRole('tablist', { name: 'Sessions' }).getByRole('tab')
    await expect(tabs.first()).toHaveAttribute('aria-selected', 'true')
    await tabs.last().click()
    await expect(tabs.last()).toHaveAttribute('aria-selected', 'true')
    await expect(page.getByRole('region', { name: 'Results' })).toBeVisible()
  })

  await test.step('a second sync has to wait, and says how long', async () => {
    await expect(page.getByRole('button', { name: /^Sync again in \d+:\d\d$/ })).toBeDisabled()
  })
})

test('the wanted page survives the sign-in', async ({ page }) => {
  await page.goto('/import')
  await page.getByRole('button', { name: 'Sign in with iRacing' }).click()
  await consent(page, SHOWCASE)
  await expect(page).toHaveURL(/\/import$/)
  await expect(page.getByRole('heading', { level: 1, name: 'Import results' })).toBeVisible()
})
