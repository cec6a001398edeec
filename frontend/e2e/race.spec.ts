import { expect, expectAccessible, raceRows, SHOWCASE, signIn, syncToTheEnd, test } from './spinout'

test('a race tells its story, and each line leads to its lap', async ({ page }) => {
  await signIn(page, SHOWCASE)
  await syncToTheEnd(page)
  const addressOf = async (series: string) =>
    (await raceRows(page).getByRole('link', { name: series }).last().getAttribute('href'))!
  // The newest come first: with the oldest, all are there.
  const races = {
    heats: await addressOf('Dirt Late Model 358 Series'),
    formula: await addressOf('FIA F4 Challenge'),
    hosted: await addressOf('Porsche Cup evening'),
    team: await addressOf('Global Endurance Tour'),
    oval: await addressOf('NASCAR Class A Series'),
  }
  const parts = page.getByRole('navigation', { name: 'Parts of this page' })
  const charts = page.getByRole('region', { name: 'How the race went' })
  const position = charts.getByRole('slider', { name: /^Position by lap/ })

  await test.step('the story, and the ledger whose parts add up', async () => {
    await page.goto(races.formula)
    const story = page.locator('#story')
    await expect(story.getByRole('listitem').first()).toContainText(/lap 1/)
    await expect(story.getByRole('listitem').last()).toContainText(/^Lap \d+.*(Finished|Out of the race)/)
    const ledger = page.getByRole('region', { name: 'Where the places went' })
    const written = (await ledger.getByText(/^From P/).textContent())!
    const [, start, finish, terms, total] = /From P(\d+) to P(\d+): (.*) = (\S+)/.exec(written)!
    const value = (text: string) => Number(text.replaceAll(' ', '').replace('−', '-'))
    const added = terms!.match(/[+−]? ?\d+/g)!.reduce((sum, term) => sum + value(term), 0)
    expect(added).toBe(value(total!))
    expect(added).toBe(Number(start) - Number(finish))
    const part = ledger.getByRole('button', { name: 'On pace' })
    await part.click()
    await expect(part).toHaveAttribute('aria-expanded', 'true')
    await expect(ledger.getByText(/got past|lost to/).first()).toBeVisible()
    await expectAccessible(page, 'race page')
  })

  await test.step('a line leads to its lap on the charts, also from the address', async () => {
    const line = page
      .locator('#story')
      .getByRole('link')
      .filter({ hasText: /battle/i })
      .first()
    const lap = (await line.textContent())!.match(/^Lap (\d+)/)![1]!
    await line.click()
    await expect(page).toHaveURL(new RegExp(`lap=${lap}#charts$`))
    await expect(position).toHaveAttribute('aria-valuenow', lap)
    await expect(charts).toBeInViewport()
    await page.goBack()
    await expect(page).not.toHaveURL(/lap=/)
    await expect(line).toBeInViewport()
    await page.goForward()
    await page.reload()
    await expect(position).toHaveAttribute('aria-valuenow', lap, { timeout: 60_000 })
    await expect(charts).toBeInViewport()
  })

  await test.step('the story of somebody else', async () => {
    const of = page.getByRole('combobox', { name: 'of', exact: true })
    const before = await page.locator('#story').getByRole('listitem').first().textContent()
    await of.selectOption({ index: 0 })
    await expect(page).toHaveURL(/driver=driver/)
    await expect(page.locator('#story').getByRole('listitem').first()).not.toHaveText(before!)
  })

  await test.step('the parts of the page lead there, and say where one is', async () => {
    await parts.getByRole('link', { name: 'Pace' }).click()
    await expect(page.getByRole('heading', { level: 2, name: 'Pace' })).toBeFocused()
    await expect(parts.getByRole('link', { name: 'Pace' })).toHaveAttribute('aria-current', 'true')
  })

  await test.step('pace: ranked, with boxes that say what they show', async () => {
    const pace = page.getByRole('region', { name: 'Pace of the field' })
    await expect(pace.getByRole('img', { name: /median \d:\d\d/ }).first()).toBeVisible()
    const header = pace.getByRole('columnheader', { name: 'Consistency' })
    await header.getByRole('button').click()
    await expect(header).toHaveAttribute('aria-sort', 'ascending')
    await expect(pace.locator('tbody tr').nth(1)).toContainText(/1\.\s+±/)
  })

  await test.step('rating: what if somebody had finished elsewhere, by keyboard and by dragging', async () => {
    const rating = page.locator('#rating')
    const mine = rating.locator('tr.me')
    const handle = mine.getByRole('button')
    const before = await mine.textContent()
    await handle.focus()
    await page.keyboard.press('End')
    await expect(rating.locator('[aria-live]')).toHaveText(new RegExp(`^${SHOWCASE} now P\\d+: −`))
    await expect(handle).toBeFocused()
    await expect(rating.locator('tbody tr').last()).toContainText(SHOWCASE)
    await rating.getByRole('button', { name: 'As it finished' }).click()
    await expect(mine).toHaveText(before!)

    // All that the pointer passes has to be in the window, and not under its bars.
    await rating
      .locator('tbody tr')
      .nth(2)
      .evaluate((row) => row.scrollIntoView({ block: 'center' }))
    const winner = rating.locator('tbody tr').first()
    const name = await winner.getByRole('rowheader').textContent()
    const from = (await winner.getByRole('button').boundingBox())!
    const to = (await rating.locator('tbody tr').nth(3).boundingBox())!
    await page.mouse.move(from.x + 8, from.y + 8)
    await page.mouse.down()
    await page.mouse.move(from.x + 8, to.y + to.height / 2, { steps: 6 })
    await page.mouse.up()
    await expect(rating.locator('tbody tr').nth(3).getByRole('rowheader')).toHaveText(name!)
    await expectAccessible(page, 'rating with a changed finish')
  })

  await test.step('a line of the chart is chosen by a click', async () => {
    // Below the read-out, which stays in view on a phone.
    await position.evaluate((plot) => plot.scrollIntoView({ block: 'end' }))
    const over = (await position.locator('.u-over').boundingBox())!
    const before = await charts.getByRole('button', { name: /^No longer show/ }).count()
    // The second place: between the winner, who is in colour, and the rest.
    const fields = await page.locator('#results tbody tr').count()
    await page.mouse.click(over.x + over.width / 2, over.y + (over.height * 1.5) / fields)
    await expect(charts.getByRole('button', { name: /^No longer show/ })).not.toHaveCount(before)
  })

  await test.step('where the formula does not hold, the page says why', async () => {
    await page.goto(`${races.hosted}#rating`)
    await expect(page.locator('#rating')).toContainText('iRating counts in official races only')
    await expect(page.locator('#results').getByText('AI', { exact: true }).first()).toBeVisible()
  })

  await test.step('a team’s race: stints, and who drove them', async () => {
    await page.goto(races.team)
    await expect(page.locator('#story')).toContainText('handed over to')
    const results = page.getByRole('region', { name: 'Results' })
    await results.locator('tr.me').getByRole('button').click()
    await expect(results.getByText(/\d stints?/).first()).toBeVisible()
    await parts.getByRole('combobox', { name: 'Class' }).selectOption('GT4')
    await expect(results.locator('tbody tr.me')).toBeVisible()
    await charts.getByRole('button', { name: 'Show as table: Pace by stint' }).click()
    await expect(charts.getByRole('region', { name: 'Stints' }).getByRole('row').nth(2)).toContainText(
      /\d+–\d+/,
    )
    await expectAccessible(page, 'race page of a team')
  })

  await test.step('an oval’s cautions, which only iRacing’s event log tells', async () => {
    await page.goto(races.oval)
    const caution = page.locator('#story').getByRole('link', { name: /^Lap \d+ Caution until lap \d+\.$/ })
    await expect(caution).not.toHaveCount(0)
    await caution.first().click()
    await expect(page.locator('#laps').getByText('Caution', { exact: true }).first()).toBeAttached()
  })

  await test.step('heats are named, and have their results', async () => {
    await page.goto(races.heats)
    const tabs = page.getByRole('tablist', { name: 'Sessions' })
    await tabs.getByRole('tab', { name: 'Heat 1' }).click()
    await expect(page).toHaveURL(/session=-2/)
    await expect(page.getByRole('region', { name: 'Results' }).locator('tr.me')).toBeVisible()
    await expect(page.getByText('Spinout keeps the laps of your last race of an event only.')).toBeVisible()
  })
})
