import { CLUB_RACER, expect, expectAccessible, raceRows, signIn, syncToTheEnd, test } from './spinout'

test('the charts and the notes of a race', async ({ page, context }) => {
  await signIn(page, CLUB_RACER)
  await syncToTheEnd(page)
  await raceRows(page).first().getByRole('link').click()
  const charts = page.getByRole('region', { name: 'How the race went' })
  const positions = charts.getByRole('slider', { name: /^Position by lap/ })

  await test.step('the cursor of the charts moves by keys, and is read out', async () => {
    await positions.focus()
    await page.keyboard.press('Home')
    await expect(charts.getByText('Grid', { exact: true }).first()).toBeVisible()
    await page.keyboard.press('ArrowRight')
    await expect(charts.locator('[aria-live]').first()).toHaveText(/^Lap 1\. .*position \d+, gap \+/)
    await expect(charts.getByRole('slider', { name: /^Lap times/ })).toHaveAttribute('aria-valuenow', '1')
  })

  await test.step('a chart has its figures as a table', async () => {
    await charts.getByRole('button', { name: 'Show as table: Gap by lap' }).click()
    const table = charts.getByRole('region', { name: 'Gap by lap' })
    await expect(table.getByRole('row').nth(1).getByRole('cell').first()).toHaveText(/^[+−]\d/)
    await charts.getByRole('button', { name: 'Show as table: Gap by lap' }).click()
  })

  await test.step('a chart is saved as a picture', async () => {
    const download = page.waitForEvent('download')
    await charts.getByRole('button', { name: 'Save as PNG: Position by lap' }).click()
    expect((await download).suggestedFilename()).toMatch(/Position by lap\.png$/)
  })

  const notes = page.getByRole('region', { name: 'Your notes' })
  await test.step('notes are saved by themselves', async () => {
    await notes.getByRole('textbox', { name: 'Notes' }).fill('Braked **late** into T1.')
    await notes.getByRole('radio', { name: 'Good' }).check()
    await notes.getByRole('textbox', { name: 'Tags' }).fill('rain,')
    await notes.getByRole('textbox', { name: 'Tags' }).press('Enter')
    await expect(notes.getByTestId('save-state')).toHaveText('Saved')
    await notes.getByRole('button', { name: 'Preview' }).click()
    await expect(notes.locator('strong')).toHaveText('late')
    await expectAccessible(page, 'race page with notes')
    await notes.getByRole('button', { name: 'Write' }).click()
  })

  await test.step('what cannot be sent is still there after a reload, and is saved when it can', async () => {
    await page.route('**/journal', (route) =>
      route.request().method() === 'PUT' ? route.abort() : route.continue(),
    )
    await notes.getByRole('textbox', { name: 'Notes' }).fill('Braked **late** into T1. Written offline.')
    await expect(notes.getByTestId('save-state')).toContainText('Offline')
    await page.reload()
    await expect(notes.getByRole('textbox', { name: 'Notes' })).toHaveValue(/Written offline/)
    await expect(notes.getByTestId('save-state')).toContainText('Offline')
    await page.unroute('**/journal')
    await notes.getByRole('button', { name: 'Try again' }).click()
    await expect(notes.getByTestId('save-state')).toHaveText('Saved')
  })

  await test.step('two tabs that write at once lose nothing', async () => {
    const other = await context.newPage()
    await other.goto(page.url())
    const theirs = other.getByRole('region', { name: 'Your notes' })
    await theirs.getByRole('textbox', { name: 'Notes' }).fill('From the other tab.')
    await expect(theirs.getByTestId('save-state')).toHaveText('Saved')
    await other.close()
    await notes.getByRole('textbox', { name: 'Notes' }).fill('From this tab.')
    await expect(notes.getByRole('alert')).toContainText('From the other tab.')
    await expectAccessible(page, 'conflict of notes')
    await notes.getByRole('button', { name: 'Keep both' }).click()
    await expect(notes.getByTestId('save-state')).toHaveText('Saved')
    await expect(notes.getByRole('textbox', { name: 'Notes' })).toHaveValue(
      /From the other tab[^]*From this tab/,
    )
  })

  await test.step('the journal finds it', async () => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Journal' }).click()
    await expect(page.getByRole('article')).toHaveCount(1)
    await expectAccessible(page, 'journal')
    await page.getByRole('searchbox', { name: 'Search the journal' }).fill('nothing like it')
    await expect(page.getByRole('heading', { name: 'No entry fits' })).toBeVisible()
    await page.getByRole('searchbox', { name: 'Search the journal' }).fill('other TAB')
    await expect(page).toHaveURL(/q=other/)
    await expect(page.getByRole('article')).toHaveCount(1)
  })
})
