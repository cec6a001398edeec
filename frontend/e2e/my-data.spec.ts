import { readFileSync } from 'node:fs'

import type { Page } from '@playwright/test'

import { expect, expectAccessible, raceRows, signInAs, test } from './spinout'

/** Somebody of this story's own, who took part in a race of this story's own: it ends with nothing left. */
const MEMBER = { id: '400077', name: 'Lea Brandt' }
const EXPORTED = readFileSync(
  new URL('../../crates/iracing/tests/fixtures/event_result_league.json', import.meta.url),
  'utf8',
)
  .replaceAll('400001', MEMBER.id)
  .replace(/"subsession_id": ?\d+/g, '"subsession_id": 770077')

async function dropOnImport(page: Page, name: string, text: string): Promise<void> {
  await page.goto('/import')
  await page
    .locator('input[type=file]')
    .setInputFiles([{ name, mimeType: 'application/json', buffer: Buffer.from(text) }])
}

test('a driver takes everything along, brings it back, and takes it away', async ({ page }) => {
  await signInAs(page, MEMBER)
  await dropOnImport(page, 'league.json', EXPORTED)
  const outcome = page.getByRole('table', { name: 'Outcome of each file' })
  await expect(outcome).toContainText('Imported')
  await outcome.getByRole('link').click()
  const notes = page.getByRole('region', { name: 'Your notes' })
  await notes.getByRole('textbox', { name: 'Notes' }).fill('To be taken along.')
  await expect(notes.getByTestId('save-state')).toHaveText('Saved')

  let log = ''
  await test.step('an export says how far it is, and gives its files', async () => {
    await page.getByRole('button', { name: /^Signed in as/ }).click()
    await page.getByRole('menuitem', { name: 'My data' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'My data' })).toBeVisible()
    await page.getByRole('button', { name: 'Export everything' }).click()
    const made = page.getByTestId('export')
    await expect(made).toContainText('Ready', { timeout: 60_000 })
    await expectAccessible(page, 'my data with an export')
    const download = page.waitForEvent('download')
    await made.getByRole('button', { name: /^log\.json/ }).click()
    const file = await download
    expect(file.suggestedFilename()).toBe('spinout-log.json')
    log = readFileSync(await file.path(), 'utf8')
    expect(log).toContain('To be taken along.')
    await expect(made.getByRole('button', { name: /^sessions-1\.json/ })).toBeVisible()
  })

  await test.step('a race goes, once that is confirmed', async () => {
    await page.goto('/races')
    await raceRows(page).first().getByRole('link').click()
    await page.getByRole('link', { name: 'Take this race out of the log…' }).click()
    await page.getByRole('button', { name: 'Delete 1 race' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByRole('button', { name: 'Delete 1 race' })).toBeDisabled()
    await dialog.getByRole('textbox').fill('1')
    await expectAccessible(page, 'confirmation')
    await dialog.getByRole('button', { name: 'Delete 1 race' }).click()
    await expect(page.getByText('1 race deleted.')).toBeVisible()
    await page.goto('/races')
    await expect(page.getByRole('heading', { name: 'Your log is empty, for now' })).toBeVisible()
  })

  await test.step('the exported log brings it back, with what was written', async () => {
    await dropOnImport(page, 'spinout-log.json', log)
    await expect(outcome).toContainText('Log imported')
    await expect(outcome).toContainText(
      'Races: 1 new, 0 there already. Journal entries: 1 new. Results with laps: 0 new.',
    )
    await dropOnImport(page, 'spinout-log.json', log)
    await expect(outcome).toContainText('All of it is in the log already')
    await expectAccessible(page, 'import page with a log')
    await outcome.getByRole('link').click()
    await expect(raceRows(page)).toHaveCount(1)
    await raceRows(page).first().getByRole('link').click()
    await expect(notes.getByRole('textbox', { name: 'Notes' })).toHaveValue('To be taken along.')
  })

  await test.step('the account goes, once the name is typed', async () => {
    await page.goto('/my-data')
    await page.getByRole('button', { name: 'Delete my account' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('somebody else')
    await expect(dialog.getByRole('button', { name: 'Delete my account' })).toBeDisabled()
    await dialog.getByRole('textbox').fill(MEMBER.name)
    await dialog.getByRole('button', { name: 'Delete my account' }).click()
    await expect(page.getByRole('button', { name: 'Sign in with iRacing' })).toBeVisible()
    await page.reload()
    await expect(page.getByRole('button', { name: 'Sign in with iRacing' })).toBeVisible()
    await signInAs(page, MEMBER)
    await expect(page.getByRole('heading', { name: 'Your log is empty, for now' })).toBeVisible()
  })
})
