import type { Locator, Page } from '@playwright/test'

import { CLUB_RACER, expect, expectAccessible, raceRows, signIn, syncToTheEnd, test } from './spinout'

test('the charts and the notes of a race', async ({ page, context }) => {
  // In the page itself: what a page sends as it goes would pass by a route.
  await page.addInitScript(() => {
    const send = window.fetch
    window.fetch = async (request, init) => {
      const cut = sessionStorage.getItem('cut') && (request as Request).method === 'PUT'
      if (cut) throw new TypeError('the line is cut')
      return send(request, init)
    }
  })
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
    await page.evaluate(() => sessionStorage.setItem('cut', 'yes'))
    await notes.getByRole('textbox', { name: 'Notes' }).fill('Braked **late** into T1. Written offline.')
    await expect(notes.getByTestId('save-state')).toContainText('Offline')
    await page.reload()
    await expect(notes.getByRole('textbox', { name: 'Notes' })).toHaveValue(/Written offline/)
    await expect(notes.getByTestId('save-state')).toContainText('Offline')
    await page.evaluate(() => sessionStorage.removeItem('cut'))
    await notes.getByRole('button', { name: 'Try again' }).click()
    await expect(notes.getByTestId('save-state')).toHaveText('Saved')
  })

  const text = (region: Locator) => region.getByRole('textbox', { name: 'Notes' })
  const state = (region: Locator) => region.getByTestId('save-state')
  const inTab = (tab: Page) => tab.getByRole('region', { name: 'Your notes' })

  await test.step('two tabs that write at once lose nothing, not even by a reload', async () => {
    const other = await context.newPage()
    await other.goto(page.url())
    await text(inTab(other)).fill('From the other tab.')
    await expect(state(inTab(other))).toHaveText('Saved')
    await other.close()
    await text(notes).fill('From this tab.')
    await expect(notes.getByRole('alert')).toContainText('From the other tab.')
    await text(notes).pressSequentially(' And more.')
    await page.reload()
    await expect(notes.getByRole('alert')).toContainText('From the other tab.')
    await expect(text(notes)).toHaveValue('From this tab. And more.')
    await expectAccessible(page, 'conflict of notes')
    await notes.getByRole('button', { name: 'Keep both' }).click()
    await expect(state(notes)).toHaveText('Saved')
    await expect(text(notes)).toHaveValue(/From the other tab[^]*From this tab/)
  })

  await test.step('what one tab saves takes nothing from what another one has not', async () => {
    const other = await context.newPage()
    await other.goto(page.url())
    await expect(text(inTab(other))).toHaveValue(/From this tab/)
    await other.route('**/journal', (route) => route.abort())
    await text(inTab(other)).fill('Only here.')
    await expect(state(inTab(other))).toContainText('Offline')
    await text(notes).fill('Saved here.')
    await expect(state(notes)).toHaveText('Saved')
    await other.unroute('**/journal')
    await other.reload()
    await expect(text(inTab(other))).toHaveValue('Only here.')
    await inTab(other).getByRole('button', { name: 'Keep the other' }).click()
    await expect(state(inTab(other))).toHaveText('Saved')
    await other.close()
    await page.reload()
    await expect(text(notes)).toHaveValue('Saved here.')
  })

  await test.step('what cannot be saved as it is is marked, and the rest is saved', async () => {
    const tags = notes.getByRole('textbox', { name: 'Tags' })
    await tags.fill(['sentiment:bad', 'x'.repeat(60), ...Array(30).keys()].join(','))
    await tags.press('Enter')
    await notes.getByRole('textbox', { name: 'Replay link' }).fill(`https://example.org/${'x'.repeat(500)}`)
    await notes.getByRole('spinbutton', { name: 'About lap' }).fill('9999')
    await text(notes).fill('Saved all the same.')
    await expect(state(notes)).toContainText('Not all of it is saved')
    await expect(notes.getByRole('radio', { name: 'Bad' })).toBeChecked()
    await expect(notes.getByText('A tag has no more than 50 characters.')).toBeVisible()
    await expect(notes.getByText('Too many: no more than 30 tags.')).toBeVisible()
    await expect(notes.getByText('Too long: no more than 500 characters.')).toBeVisible()
    await expect(notes.getByText(/^The race’s last lap is \d+\.$/)).toBeVisible()
    await expectAccessible(page, 'notes with faults')
    await page.reload()
    await expect(text(notes)).toHaveValue('Saved all the same.')
    await expect(notes.getByText('Too many: no more than 30 tags.')).toBeVisible()
    for (const tag of ['x'.repeat(60), 'rain', '0']) {
      await notes.getByRole('button', { name: `Remove the tag ${tag}` }).click()
    }
    await notes.getByRole('textbox', { name: 'Replay link' }).fill('')
    await notes.getByRole('spinbutton', { name: 'About lap' }).fill('1')
    await expect(state(notes)).toHaveText('Saved')
  })

  await test.step('notes are written without a connection, and saved when it is back', async () => {
    // The pages are kept once the worker is there.
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
    await text(notes).fill('Saved, then')
    await expect(state(notes)).toHaveText('Saved')
    await context.setOffline(true)
    await page.reload()
    await expect(text(notes)).toHaveValue('Saved, then')
    await text(notes).pressSequentially(' written on a train.')
    await expect(state(notes)).toContainText('Offline')
    await page.reload()
    await expect(text(notes)).toHaveValue('Saved, then written on a train.')
    await context.setOffline(false)
    await expect(state(notes)).toHaveText('Saved')
  })

  await test.step('what is left unsaved is told of in the journal, and saved from anywhere', async () => {
    await context.setOffline(true)
    await text(notes).pressSequentially(' From the other tab, too.')
    await notes.getByRole('textbox', { name: 'Tags' }).pressSequentially('typed')
    await expect(state(notes)).toContainText('Offline')
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Journal' }).click()
    const left = page.getByRole('region', { name: 'Notes that are not saved yet' })
    await expect(left.getByRole('link')).toHaveCount(1)
    await expectAccessible(page, 'journal with unsaved notes')
    await context.setOffline(false)
    await expect(left).toHaveCount(0)
    await expect(page.getByRole('article')).toContainText('From the other tab, too.')
    await expect(page.getByRole('article').getByRole('button', { name: /typed/ })).toBeVisible()
    await page.getByRole('article').getByRole('link').first().click()
    await expect(text(notes)).toHaveValue(/train\. From the other tab, too\.$/)
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
