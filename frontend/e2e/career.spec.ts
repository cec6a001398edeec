import {
  choose,
  expect,
  expectAccessible,
  raceCount,
  raceRows,
  signIn,
  signOut,
  test,
  VETERAN,
} from './spinout'

test('a career arrives while its driver watches, and any race opens', async ({ page }) => {
  await test.step('sign in', async () => {
    await page.goto('/')
    await expectAccessible(page, 'sign-in page')
    await signIn(page, VETERAN)
    await expect(page.getByText('Your log is empty, for now')).toBeVisible()
    await expectAccessible(page, 'empty race log')
  })

  await test.step('sync, and see the progress move', async () => {
    await page.getByRole('main').getByRole('button', { name: 'Sync' }).click()
    const done = page.getByTestId('sync-done')
    const imported = async () => Number((await done.textContent())?.replace(/\D/g, ''))
    await expect.poll(imported, { timeout: 60_000 }).toBeGreaterThan(0)
    const before = await imported()
    await expect.poll(imported, { timeout: 60_000 }).toBeGreaterThan(before)
    await expect(page.getByRole('progressbar', { name: 'Progress of the import' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Import from iRacing' })).toContainText('Found')
  })

  await test.step('the log fills by itself, newest first', async () => {
    await expect(raceRows(page).first()).toBeVisible({ timeout: 30_000 })
    const newest = await raceRows(page).first().getByRole('link').getAttribute('href')
    const before = await raceCount(page)
    await expect.poll(() => raceCount(page), { timeout: 60_000 }).toBeGreaterThan(before)
    expect(await raceRows(page).first().getByRole('link').getAttribute('href')).toBe(newest)
    await expectAccessible(page, 'race log')
  })

  await test.step('find the newest race again after a reload', async () => {
    const newest = await raceRows(page).first().getByRole('link').getAttribute('href')
    await page.reload()
    await expect(raceRows(page).first().getByRole('link')).toHaveAttribute('href', newest!)
  })

  await test.step('filter: the answer is there at once, and the address follows', async () => {
    const all = await raceCount(page)
    const track = await raceRows(page).first().locator('.track span').textContent()
    await page.getByRole('searchbox', { name: 'Search races' }).fill(track!)
    await expect.poll(() => raceCount(page)).toBeLessThan(all)
    for (const row of await raceRows(page).all()) await expect(row).toContainText(track!)
    await expect(page).toHaveURL(/q=/)

    await page.getByRole('searchbox', { name: 'Search races' }).fill('no such track')
    await expect(page.getByText('No race fits')).toBeVisible()
    await expectAccessible(page, 'race log without a match')
    await page.getByRole('button', { name: 'Clear filters' }).last().click()

    await choose(page, 'Kind', 'Official')
    await expect(page).toHaveURL(/kind=official/)
    await page.reload()
    await expect(page.locator('select').filter({ hasText: 'Unofficial' })).toHaveValue('official')
    await page.goto('/races')
    await expect(raceRows(page).first()).toBeVisible()
  })

  await test.step('move through the rows by keyboard, and open one', async () => {
    await raceRows(page).first().getByRole('link').focus()
    await page.keyboard.press('ArrowDown')
    const second = raceRows(page).nth(1).getByRole('link')
    await expect(second).toBeFocused()
    const href = await second.getAttribute('href')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(new RegExp(`${href}$`))
    await expect(page.getByRole('region', { name: 'Your result' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Results' })).toContainText(VETERAN)
  })

  await test.step('laps side by side', async () => {
    const laps = page.getByRole('region', { name: 'Laps side by side' })
    await expect(laps).toContainText(VETERAN)
    await expect(
      laps.getByText('Personal best').or(laps.getByText('Fastest lap of the field')).first(),
    ).toBeAttached()
    const entrants = laps.locator('thead .entrant')
    const before = await entrants.count()
    const boxes = page.getByRole('checkbox', { name: /^Show the laps of/, checked: false })
    await boxes.first().check()
    await expect(entrants).toHaveCount(before + 1)
    await expect(laps.getByRole('columnheader', { name: 'Gap' }).first()).toBeVisible()
    await expectAccessible(page, 'race page')
    await laps
      .getByRole('button', { name: /^Remove the laps of/ })
      .last()
      .click()
    await expect(entrants).toHaveCount(before)
  })

  await test.step('settings are kept', async () => {
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('radio', { name: 'Imperial' }).check()
    await expectAccessible(page, 'settings')
    await page.keyboard.press('Escape')
    await expect(page.getByText('°F').first()).toBeVisible()
    await page.reload()
    await expect(page.getByText('°F').first()).toBeVisible()
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toMatch(/token|eyJ/i)
  })

  await test.step('sign out', async () => {
    await signOut(page)
    await page.goto('/races')
    await expect(page.getByRole('button', { name: 'Sign in with iRacing' })).toBeVisible()
  })
})
