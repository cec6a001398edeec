import { readFileSync } from 'node:fs'

import type { Locator, Page } from '@playwright/test'

import { expect, expectAccessible, raceRows, SHOWCASE, signIn, signInAs, syncToTheEnd, test } from './spinout'

async function openRace(page: Page, series: string): Promise<Locator> {
  await signIn(page, SHOWCASE)
  await syncToTheEnd(page)
  const address = await raceRows(page).getByRole('link', { name: series }).last().getAttribute('href')
  await page.goto(`${address}#charts`)
  const charts = page.getByRole('region', { name: 'How the race went' })
  await expect(charts.getByRole('slider').first()).toBeVisible()
  return charts
}

/** The middle of what a chart draws in, a share of its width from the left, below bars that stay in view. */
async function placeIn(chart: Locator, share: number): Promise<{ x: number; y: number }> {
  await chart.evaluate((plot) => plot.scrollIntoView({ block: 'end' }))
  const over = (await chart.locator('.u-over').boundingBox())!
  return { x: over.x + over.width * share, y: over.y + over.height / 2 }
}

test('the charts of a race', async ({ page }) => {
  const charts = await openRace(page, 'FIA F4 Challenge')
  const chart = (title: string) => charts.getByRole('slider', { name: new RegExp(`^${title}`) })
  const [position, gap, time] = ['Position by lap', 'Gap by lap', 'Lap times'].map(chart) as [
    Locator,
    Locator,
    Locator,
  ]
  const table = async (title: string) => {
    await charts.getByRole('button', { name: `Show as table: ${title}` }).click()
    return charts.getByRole('region', { name: title, exact: true })
  }

  await test.step('pointing at a lap moves the cursor of all of them', async () => {
    const { x, y } = await placeIn(position, 0.5)
    await page.mouse.move(x - 5, y)
    await page.mouse.move(x, y)
    const lap = await position.getAttribute('aria-valuenow')
    const [, last] = [0, Number(await position.getAttribute('aria-valuemax'))]
    expect(Math.abs(Number(lap) - last / 2)).toBeLessThanOrEqual(0.5)
    for (const other of [gap, time]) await expect(other).toHaveAttribute('aria-valuenow', lap!)
    await expect(charts.getByRole('caption')).toHaveText(`Lap ${lap}`)
    const cursor = (of: Locator) =>
      of.locator('.u-cursor-x').evaluate((line) => Math.round(line.getBoundingClientRect().x))
    await expect.poll(() => cursor(gap)).toBe(await cursor(position))
    await expect.poll(() => cursor(time)).toBe(await cursor(position))
  })

  await test.step('the pointer at a line names its driver', async () => {
    const { x } = await placeIn(position, 0.5)
    const over = (await position.locator('.u-over').boundingBox())!
    const fields = await page.locator('#results tbody tr').count()
    await page.mouse.move(x, over.y + (over.height * 0.5) / fields)
    const leader = charts.locator('.tip')
    await expect(leader).toHaveText(/^\S.* #\d+$/)
    const name = (await leader.textContent())!.replace(/\s+#\d+\s*$/, '').trim()
    await expect(page.locator('#results').getByRole('rowheader', { name })).toBeVisible()
    await page.mouse.move(x, over.y - 40)
    await expect(leader).toBeHidden()
  })

  await test.step('a drag zooms all of them, and keys do', async () => {
    const zoom = charts.getByRole('group', { name: 'Zoom' })
    await expect(zoom.getByRole('button', { name: 'Whole race' })).toBeDisabled()
    const { x, y } = await placeIn(position, 0.25)
    const to = await placeIn(position, 0.75)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(to.x, y, { steps: 5 })
    await page.mouse.up()
    await expect(zoom).toContainText(/laps \d+ to \d+/)
    const [, from, until] = /laps (\d+) to (\d+)/.exec((await zoom.textContent())!)!.map(Number)
    const last = Number(await position.getAttribute('aria-valuemax'))
    expect(from).toBeGreaterThan(0)
    expect(until).toBeLessThan(last)
    // The cursor keeps to what is shown.
    await position.focus()
    await page.keyboard.press('End')
    await expect(gap).toHaveAttribute('aria-valuenow', String(until))
    await page.keyboard.press('-')
    await expect(zoom).not.toContainText(`laps ${from} to ${until}`)
    await page.keyboard.press('0')
    await expect(zoom).not.toContainText('laps')
  })

  await test.step('gaps are to whom one chooses', async () => {
    const reference = charts.getByRole('combobox', { name: 'to' })
    const figures = await table('Gap by lap')
    const row = figures.getByRole('row').nth(3)
    const name = (await figures.getByRole('columnheader').nth(1).textContent())!.trim()
    const other = (await figures.getByRole('columnheader').nth(2).textContent())!.trim()
    await reference.selectOption({ label: name })
    await expect(row.getByRole('cell').first()).toHaveText('+0.000')
    const behind = (await row.getByRole('cell').nth(1).textContent())!.trim()
    await reference.selectOption({ label: other })
    await expect(row.getByRole('cell').nth(1)).toHaveText('+0.000')
    await expect(row.getByRole('cell').first()).toHaveText(
      behind.startsWith('+') ? behind.replace('+', '−') : behind.replace('−', '+'),
    )
    await charts.getByRole('button', { name: 'Show as table: Gap by lap' }).click()
  })

  await test.step('what iRacing did not count has the time between two crossings', async () => {
    const figures = await table('Lap times')
    await expect(figures.getByText(/^~\d:\d\d\.\d{3}/).first()).toBeAttached()
    await expect(charts.getByText('A time with ~ was not counted by iRacing')).toBeVisible()
    await charts.getByRole('button', { name: 'Show as table: Lap times' }).click()
  })

  await test.step('a picture is named as its chart', async () => {
    await charts.getByRole('combobox', { name: 'to' }).selectOption('leader')
    const download = page.waitForEvent('download')
    await charts.getByRole('button', { name: 'Save as PNG: Gap by lap' }).click()
    expect((await download).suggestedFilename()).toMatch(/FIA F4 Challenge.*Gap by lap, to- Leader\.png$/)
  })

  await test.step('each lap has a kind, in figures and as a strip', async () => {
    const kinds = page.getByRole('region', { name: 'What kind of laps' })
    const mine = kinds.locator('tr.me')
    const counted = (await mine.getByRole('cell').allTextContents()).slice(0, -1).map(Number)
    const result = page.getByRole('region', { name: 'Your result' })
    const laps = await result
      .getByText('Laps', { exact: true })
      .locator('xpath=following-sibling::dd[1]')
      .textContent()
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(Number(laps))
    const bars = mine.locator('.strip rect')
    await expect(bars.first().locator('title')).toHaveText('Lap 1: from the start, in traffic')
    const titles = (await bars.locator('title').allTextContents()).join('\n')
    const last = titles.match(/\d+(?=:)/g)!.at(-1)
    expect(last).toBe(laps)
  })

  await test.step('how strong the field was, and the other splits', async () => {
    const facts = page.getByText('Strength of field', { exact: true }).locator('..')
    const strength = (await facts.getByRole('definition').textContent())!.trim()
    await page.getByText(/^\d of \d$/).click()
    const own = page.locator('[aria-current=true]', { hasText: 'SOF' })
    await expect(own).toContainText(`SOF ${strength}`)
    const all = await page.getByText(/^\s*Split \d: SOF/).allTextContents()
    const strengths = all.map((text) => Number(text.split('SOF')[1]!.replace(/\D/g, '')))
    expect(strengths.length).toBeGreaterThan(1)
    expect(strengths).toEqual([...strengths].sort((a, b) => b - a))
    await expectAccessible(page, 'race page with splits')
  })
})

test('where the places went, in class and among all', async ({ page }) => {
  const charts = await openRace(page, 'IMSA Sportscar Series')
  const ledger = page.getByRole('region', { name: 'Where the places went' })
  const sum = async () => {
    const text = (await ledger.getByText(/^From P/).textContent())!
    const [, start, finish, total] = /From P(\d+) to P(\d+): .* = (\S+)/.exec(text)!
    const gained = Number(total!.replace('−', '-'))
    expect(gained).toBe(Number(start) - Number(finish))
    return { start: Number(start), finish: Number(finish) }
  }
  const inClass = await sum()
  // Not under the bars that stay in view.
  await ledger.evaluate((section) => section.scrollIntoView({ block: 'center' }))
  await ledger.getByRole('radio', { name: 'Overall' }).check()
  const overall = await sum()
  expect(overall.start).toBeGreaterThan(inClass.start)
  const mine = page.locator('#results tr.me')
  await expect(mine.locator('.position')).toHaveText(String(overall.finish))

  // Of all, one drove no lap; the places of a class begin where its grid tells.
  await expect(charts.getByText(/All drivers \(\d+ of \d+; 1 completed no lap\)/)).toBeVisible()
  const parts = page.getByRole('navigation', { name: 'Parts of this page' })
  const name = (await page.getByText(/^Start and finish in /).textContent())!.replace(
    'Start and finish in ',
    '',
  )
  await parts.getByRole('combobox', { name: 'Class' }).selectOption({ label: name.trim() })
  await charts.getByRole('button', { name: 'Show as table: Position in class by lap' }).click()
  const figures = charts.getByRole('region', { name: 'Position in class by lap' })
  const names = await figures.getByRole('columnheader').allTextContents()
  const own = names.findIndex((text) => text.trim() === SHOWCASE) - 1
  await expect(figures.getByRole('row').nth(1).getByRole('cell').nth(own)).toHaveText(String(inClass.start))
})

test('without its event log a race claims to know no cautions', async ({ page }) => {
  await page.route('**/api/session/*/analysis*', async (route) => {
    const response = await route.fetch()
    const analysis = (await response.json()) as object
    await route.fulfill({ response, json: { ...analysis, eventsKnown: false, cautionsUnknown: true } })
  })
  const charts = await openRace(page, 'NASCAR Class A Series')
  const unknown = 'Laps may have been driven under caution'
  await expect(page.locator('#pace').getByText(unknown)).toBeVisible()
  await expect(charts.getByText(unknown)).toHaveCount(2)
  const marks = charts.getByRole('list', { name: 'What the marks mean' })
  await expect(marks).toContainText('In the pits')
  await expect(marks).not.toContainText('Caution')
})

test('a race of 2021, from a file, has what its file has', async ({ page }) => {
  const body = readFileSync(
    new URL('../../crates/iracing/tests/fixtures/results_get_heats_2021.json', import.meta.url),
    'utf8',
  )
  await signInAs(page, { id: '300001', name: 'Jon Weber' })
  await page.goto('/import')
  const exported = Buffer.from(`{"type":"event_result","data":${body}}`)
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'heats.json', mimeType: 'application/json', buffer: exported })
  await page
    .getByRole('row', { name: /heats\.json/ })
    .getByRole('link')
    .click()
  await expect(page.getByRole('heading', { level: 1, name: 'Sprint Cup Opener' })).toBeVisible()
  await expect(page.locator('#results tr.me')).toContainText('Jon Weber')
  await expect(page.getByText('There are no laps of this session.')).toBeVisible()
  await expect(page.locator('#rating')).toContainText('iRating counts in official races only')
  await page.getByRole('tab', { name: 'Heat 1' }).click()
  await expect(page.locator('#results tbody tr').first()).toContainText('Kira Lang')
  await expect(page.getByText('Spinout keeps the laps of your last race of an event only.')).toBeVisible()
  await expectAccessible(page, 'race page of 2021')
})
