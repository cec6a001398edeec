import { readFileSync } from 'node:fs'

import { expect, expectAccessible, NEWCOMER, raceRows, signIn, signInAs, test } from './spinout'

const EXPORTED = readFileSync(
  new URL('../../crates/iracing/tests/fixtures/event_result_league.json', import.meta.url),
  'utf8',
)
/** Who took part in it. */
const MEMBER = { id: '400001', name: 'Lea Brandt' }

function file(name: string, text: string) {
  return { name, mimeType: 'application/json', buffer: Buffer.from(text) }
}

test('exported files become races, each with its own outcome', async ({ page }) => {
  await test.step('sign in as the member of the files', async () => {
    await signInAs(page, MEMBER)
    await page.getByRole('link', { name: 'Import files' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Import results' })).toBeVisible()
    await expectAccessible(page, 'import page')
  })

  await test.step('choose files', async () => {
    await page
      .locator('input[type=file]')
      .setInputFiles([
        file('league.json', EXPORTED),
        file('again.json', EXPORTED),
        file('broken.json', '{"type":'),
      ])
    const outcomes = page.getByRole('table', { name: 'Outcome of each file' })
    await expect(outcomes.getByRole('row', { name: /league\.json/ })).toContainText('Imported')
    await expect(outcomes.getByRole('row', { name: /again\.json/ })).toContainText('In the log already')
    await expect(outcomes.getByRole('row', { name: /broken\.json/ })).toContainText('Cannot be read')
    await expect(page.getByText('3 of 3 files done')).toBeVisible()
    await expectAccessible(page, 'import page with outcomes')
  })

  await test.step('follow one to its race, and find it in the log', async () => {
    await page
      .getByRole('row', { name: /league\.json/ })
      .getByRole('link')
      .click()
    await expect(page.getByRole('region', { name: 'Your result' })).toBeVisible()
    await page.getByRole('link', { name: 'Race log' }).click()
    await expect(raceRows(page)).toHaveCount(1)
  })
})

test('a file of somebody else asks who the driver is', async ({ page }) => {
  await signIn(page, NEWCOMER)
  await page.goto('/import')
  await page.locator('input[type=file]').setInputFiles([file('theirs.json', EXPORTED)])
  await expect(page.getByText('You are not in this race')).toBeVisible()
  await page
    .getByLabel('Which of these are you?')
    .selectOption({ label: `${MEMBER.name} (member ${MEMBER.id})` })
  await expectAccessible(page, 'import page with a question')
  await page.getByRole('button', { name: 'Sign in as another member' }).click()
  await expect(page.getByRole('heading', { name: 'iRacing sandbox' })).toBeVisible()
})

test('files can be dropped', async ({ page }) => {
  await signIn(page, NEWCOMER)
  await page.goto('/import')
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File(['[]'], 'dropped.json', { type: 'application/json' }))
    return transfer
  })
  await page.locator('label.drop').dispatchEvent('drop', { dataTransfer: data })
  await expect(page.getByRole('row', { name: /dropped\.json/ })).toContainText('Cannot be read')
})
