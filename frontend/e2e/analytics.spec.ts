import { choose, CLUB_RACER, expect, expectAccessible, signIn, syncToTheEnd, test } from './spinout'

test('a career adds up, and leads to tracks, cars and series', async ({ page }) => {
  await signIn(page, CLUB_RACER)
  await syncToTheEnd(page)
  const pages = page.getByRole('navigation', { name: 'Pages' })
  const races = page.locator('[data-figure=races] .value')
  const count = async () => Number((await races.textContent())!.replace(/\D/g, ''))

  await test.step('the analytics count every race', async () => {
    await pages.getByRole('link', { name: 'Analytics' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Analytics' })).toBeFocused()
    await expect(races).not.toHaveText('0')
    await expect(page.getByRole('slider', { name: 'iRating over time' })).toBeVisible()
    await expectAccessible(page, 'analytics')
  })

  const all = await count()

  await test.step('groups add up to all races, and sort by their columns', async () => {
    const groups = page.getByRole('region', { name: 'By what you race' })
    await groups.getByRole('button', { name: 'Weekday' }).click()
    const rows = groups.getByRole('table').locator('tbody tr')
    const counts = await rows.locator('td.races').allTextContents()
    expect(counts.reduce((sum, text) => sum + Number(text.replace(/\D/g, '')), 0)).toBe(all)
    await groups.getByRole('button', { name: 'Races', exact: true }).click()
    await expect(groups.getByRole('columnheader', { name: 'Races' })).toHaveAttribute(
      'aria-sort',
      'descending',
    )
  })

  await test.step('charts follow the keyboard', async () => {
    const chart = page.getByRole('slider', { name: 'iRating over time' })
    const before = await chart.getAttribute('aria-valuetext')
    await chart.focus()
    await page.keyboard.press('Home')
    await expect(chart).not.toHaveAttribute('aria-valuetext', before!)
    const calendar = page.getByRole('slider', { name: /^Races by day in/ })
    await calendar.focus()
    await page.keyboard.press('ArrowLeft')
    await expect(calendar).toHaveAttribute('aria-valuetext', /\d{4}/)
  })

  await test.step('a filter narrows all of it, and is in the address', async () => {
    await choose(page, 'Result', 'podium')
    await expect(page).toHaveURL(/result=podium/)
    await expect.poll(count).toBeLessThan(all)
    const podiums = await count()
    await expect(page.locator('[data-figure=podiums] .value')).toHaveText(String(podiums))
    await page.reload()
    await expect(races).toHaveText(String(podiums))
    await pages.getByRole('link', { name: 'Race log' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Race log' })).toBeVisible()
    await page.goBack()
    await expect(races).toHaveText(String(podiums))
  })

  await test.step('the tracks list what was raced, on a map and in words', async () => {
    await pages.getByRole('link', { name: 'Tracks' }).click()
    await expect(page.getByRole('img', { name: /^World map/ })).toBeVisible()
    await expectAccessible(page, 'tracks')
    await page
      .getByRole('region', { name: 'Tracks' })
      .getByRole('rowheader')
      .getByRole('link')
      .first()
      .click()
    await expect(page.getByRole('heading', { name: 'Your racing here' })).toBeVisible()
    await expect(races).not.toHaveText('0')
    const map = page.getByRole('img', { name: /^Map of / })
    await expect(map.locator('.active path')).toHaveAttribute('d', /^M/)
    await expect(map.getByText('1', { exact: true })).toBeVisible()
    await page.getByRole('checkbox', { name: 'Turns' }).uncheck()
    await expect(map.getByText('1', { exact: true })).toHaveCount(0)
    await expect(page.getByRole('heading', { name: 'About the track' })).toBeVisible()
    await expectAccessible(page, 'track')
  })

  await test.step('a track leads to its cars, and those to their races', async () => {
    await page
      .getByRole('region', { name: 'Personal bests' })
      .getByRole('rowheader')
      .getByRole('link')
      .first()
      .click()
    await expect(page.getByText('Weight', { exact: true }).first()).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Technical data' })).toBeVisible()
    await page
      .getByRole('region', { name: 'Latest races' })
      .getByRole('link', { name: /in the log$/ })
      .click()
    await expect(page).toHaveURL(/\/races\?car=\d+/)
    await expect(page.getByRole('heading', { level: 1, name: 'Race log' })).toBeVisible()
  })

  await test.step('series that nobody has heard of are said to be missing', async () => {
    await page.goto('/series')
    await expect(page.getByRole('region', { name: 'Series' }).getByRole('rowheader').first()).toBeVisible()
    await expectAccessible(page, 'series')
    await page.goto('/series/999999')
    await expect(page.getByRole('alert')).toContainText('Not found')
  })
})
