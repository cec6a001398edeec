import {
  CLUB_RACER,
  expect,
  expectAccessible,
  raceRows,
  SHOWCASE,
  signIn,
  signOut,
  syncToTheEnd,
  test,
} from './spinout'

test('keyboard and languages', async ({ page, isMobile }) => {
  await signIn(page, SHOWCASE)
  await syncToTheEnd(page)
  await expect(raceRows(page).first()).toBeVisible()

  await test.step('the palette finds a car, its series and its races', async () => {
    await page.getByRole('button', { name: 'Go to or do' }).click()
    const field = page.getByRole('combobox', { name: 'Go to or do' })
    await expect(field).toBeFocused()
    await expectAccessible(page, 'command palette')
    await field.fill('mx-5')
    await expect(page.getByRole('dialog').getByRole('option', { selected: true })).toContainText('MX-5')
    await page.keyboard.press('ArrowDown')
    const found = (group: string) => page.getByRole('group', { name: group }).getByRole('option').first()
    await expect(found('Series')).toHaveAttribute('aria-selected', 'true')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/series\/\d+$/)
    await page.getByRole('button', { name: 'Go to or do' }).click()
    await field.fill('mx-5')
    await found('Races').click()
    await expect(page).toHaveURL(/\/races\/\d+-\d+$/)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('MX-5')
  })

  if (!isMobile) {
    await test.step('keys lead through the pages, and the sheet names them', async () => {
      await page.keyboard.press('?')
      const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
      await expect(sheet).toContainText('Journal')
      await expectAccessible(page, 'sheet of shortcuts')
      await page.keyboard.press('Escape')
      await expect(sheet).toBeHidden()
      await page.keyboard.press('g')
      await page.keyboard.press('l')
      await expect(page.getByRole('heading', { level: 1, name: 'Race log' })).toBeVisible()
      await page.keyboard.press('/')
      await page.keyboard.type('gj')
      await expect(page.getByRole('searchbox', { name: 'Search races' })).toHaveValue('gj')
      await page.getByRole('searchbox', { name: 'Search races' }).fill('')
      await page.keyboard.press('Control+k')
      await expect(page.getByRole('combobox', { name: 'Go to or do' })).toBeFocused()
      await page.keyboard.press('Escape')
    })
  }

  await test.step('filters come along from page to page', async () => {
    await page.goto('/races?kind=official')
    const pages = page.getByRole('navigation', { name: 'Pages' })
    for (const [name, address] of [
      ['Journal', '/journal'],
      ['Analytics', '/analytics'],
      ['Race log', '/races'],
    ] as const) {
      await pages.getByRole('link', { name, exact: true }).click()
      await expect(page).toHaveURL(`${address}?kind=official`)
    }
    await pages.getByRole('link', { name: 'Tracks' }).click()
    await expect(page).toHaveURL(/\/tracks$/)
  })

  await test.step('the pages speak the language that was chosen, also after a reload', async () => {
    await page.goto('/races')
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('combobox', { name: 'Language' }).selectOption('de')
    await expect(page.getByRole('heading', { level: 1, name: 'Rennlog' })).toBeVisible()
    await page.reload()
    await expect(page.locator('html')).toHaveAttribute('lang', 'de')
    await expect(page).toHaveTitle('Rennlog · Spinout')
    await expect(page.locator('tr[data-index]').first()).toContainText(/\d\. \p{L}+\.? \d{4}/u)
    await page.getByRole('button', { name: 'Einstellungen' }).click()
    await page.getByRole('combobox', { name: 'Sprache' }).selectOption('en-US')
    await expect(page.getByRole('heading', { level: 1, name: 'Race log' })).toBeVisible()
    await page.keyboard.press('Escape')
  })
})

test('who wants no motion is shown none', async ({ page }) => {
  await page.addInitScript(() => {
    const go = Element.prototype.scrollIntoView
    Element.prototype.scrollIntoView = function (how) {
      if (typeof how === 'object') document.documentElement.dataset.scrolled = how.behavior
      go.call(this, how)
    }
  })
  await signIn(page, SHOWCASE)
  await syncToTheEnd(page)
  await raceRows(page).first().getByRole('link').click()
  for (const [reducedMotion, scrolled] of [
    ['reduce', 'instant'],
    ['no-preference', 'smooth'],
  ] as const) {
    await page.emulateMedia({ reducedMotion })
    await page.getByRole('navigation', { name: 'Parts of this page' }).getByText('Laps').click()
    await expect(page.locator('html')).toHaveAttribute('data-scrolled', scrolled)
    await expect(page.locator('#laps')).toBeInViewport()
  }
})

test('log, race and journal without a connection', async ({ page, context }) => {
  await signIn(page, CLUB_RACER)
  await syncToTheEnd(page)

  const written = 'Kept for a day without a line'
  await test.step('they open, as they were', async () => {
    // Another test writes about the newest race.
    await raceRows(page).nth(3).getByRole('link').click()
    const notes = page.getByRole('region', { name: 'Your notes' })
    await notes.getByRole('textbox', { name: 'Notes' }).fill(written)
    await expect(notes.getByTestId('save-state')).toHaveText('Saved')
    const race = page.url()
    // Nobody has looked at the journal on this device: the log keeps it ready.
    const kept = page.waitForResponse(/\/journal\?/)
    await page.goto('/races')
    await kept
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    await page.reload()
    await expect(raceRows(page).first()).toBeVisible()

    await context.setOffline(true)
    await page.goto('/journal')
    await expect(page.getByText(written)).toBeVisible()
    await expect(page.getByText('You are offline. What is here')).toBeVisible()
    const search = page.getByRole('searchbox', { name: 'Search the journal' })
    await search.fill('nothing like it')
    await expect(page.getByRole('heading', { name: 'No entry fits' })).toBeVisible()
    await search.fill('kept FOR')
    await expect(page.getByText(written)).toBeVisible()
    await expect(page.getByText('which may not be all')).toBeVisible()
    await page.goto('/races')
    await expect(raceRows(page).first()).toBeVisible()
    await expectAccessible(page, 'race log without a connection')
    await page.goto(race)
    await expect(page.getByRole('region', { name: 'Results' })).toContainText(CLUB_RACER)
    await context.setOffline(false)
    await expect(page.getByTestId('live')).toContainText('Live', { timeout: 30_000 })
  })

  await test.step('what was kept has no token in it, and goes with the driver', async () => {
    const kept = await page.evaluate(async () => {
      const texts: string[] = []
      for (const name of (await caches.keys()).filter((name) => name !== 'spinout-pages')) {
        const cache = await caches.open(name)
        for (const request of await cache.keys()) {
          const answer = await cache.match(request)
          texts.push(request.url, JSON.stringify([...request.headers]), (await answer?.text()) ?? '')
        }
      }
      return texts.join('\n')
    })
    expect(kept).toContain(written)
    expect(kept).not.toMatch(/bearer|accessToken|eyJ[\w-]+\./i)
    await signOut(page)
    await expect.poll(() => page.evaluate(() => caches.keys())).toEqual(['spinout-pages'])
  })
})
