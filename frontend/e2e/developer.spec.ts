import { admin, expect, expectAccessible, signInAs, test } from './spinout'

const MEMBER = { id: '400088', name: 'Ada Example' }

test('developers ask iRacing’s API and read ours', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await signInAs(page, MEMBER)
  await page.goto('/developer')
  await expect(page.getByText('For developers')).toBeVisible()
  admin('grant', MEMBER.id)
  await page.reload()

  await test.step('the palette leads there', async () => {
    await page.getByRole('button', { name: 'Go to or do' }).click()
    await page.getByRole('combobox', { name: 'Go to or do' }).fill('developer')
    await expect(page.getByRole('dialog').getByRole('option')).toHaveCount(3)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog')).toBeHidden()
  })

  await test.step('an endpoint is found, checked, asked and shown', async () => {
    await page.getByRole('searchbox', { name: 'Search endpoints' }).fill('lap_data')
    await page.getByRole('link', { name: 'lap_data', exact: true }).click()
    const endpoint = page.getByRole('region', { name: 'results/lap_data', exact: true })
    await endpoint.getByRole('button', { name: 'Try it' }).click()
    await expect(endpoint.getByText('This has to be given.').first()).toBeVisible()
    await expectAccessible(page, 'API explorer')

    await page.getByRole('searchbox', { name: 'Search endpoints' }).fill('track/get')
    await page.getByRole('link', { name: 'get', exact: true }).click()
    await page.getByRole('button', { name: 'Try it' }).click()
    const answer = page.getByRole('region', { name: 'Answer' })
    await expect(answer.getByText('200', { exact: true })).toBeVisible()
    await expect(answer.getByTestId('rate-limit')).toContainText(/[\d,]+ of [\d,]+ requests left/)
    await answer.locator('summary').nth(1).click()
    await expect(answer.getByText('track_id', { exact: true })).toBeVisible()
    await expectAccessible(page, 'answer of iRacing’s API')
    await answer.getByRole('button', { name: 'Raw' }).click()
    await expect(answer.getByRole('region', { name: 'Raw' })).toContainText('track_id')

    await page.getByRole('button', { name: 'Copy as curl' }).click()
    await expect(page.getByText('Copied', { exact: true })).toBeVisible()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
      /^curl --header "Authorization: Bearer \$IRACING_TOKEN" 'http.*\/data\/track\/get'$/,
    )
  })

  await test.step('a token is shown for as long as one looks', async () => {
    await page.getByRole('link', { name: 'Tokens' }).click()
    for (const [name, token] of [
      ['Spinout session token', /^eyJ/],
      ['iRacing access token', /^\S{20,}$/],
    ] as const) {
      const card = page.getByRole('region', { name })
      await card.getByRole('button', { name: 'Show' }).click()
      await expect(card.getByTestId('token')).toContainText(token)
      await card.getByRole('button', { name: 'Hide' }).click()
      await expect(card.getByTestId('token')).toBeHidden()
    }
    await expectAccessible(page, 'tokens')
  })

  await test.step('our own operations are described, and those that read can be tried', async () => {
    await page.getByRole('link', { name: 'Spinout’s API' }).click()
    await page.getByRole('searchbox').fill('import/log')
    await page.getByText('/import/log').click()
    await expect(page.getByText('racesImported')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Try it' })).toHaveCount(0)

    await page.getByRole('searchbox').fill('/driver/{driver_id}/journal')
    await page.getByText('/driver/{driver_id}/journal', { exact: true }).click()
    await page.getByRole('textbox', { name: /^limit/ }).fill('many')
    await page.getByRole('button', { name: 'Try it' }).click()
    await expect(page.getByText('This is to be a whole number.')).toBeVisible()
    await page.getByRole('textbox', { name: /^limit/ }).fill('5')
    await page.getByRole('textbox', { name: /^tag/ }).fill('rain, start')
    await expect(page.getByText(`/api/driver/${MEMBER.id}/journal?`)).toContainText(/tag=rain&tag=start/)
    await page.getByRole('button', { name: 'Try it' }).click()
    const answer = page.getByRole('region', { name: 'Answer' })
    await expect(answer.getByText('200', { exact: true })).toBeVisible()
    await expect(answer.getByText('nextCursor', { exact: true })).toBeVisible()
    await expectAccessible(page, 'description of the API')
  })

  await test.step('without the entitlement the pages are closed', async () => {
    admin('revoke', MEMBER.id)
    await page.reload()
    await expect(page.getByText('For developers')).toBeVisible()
  })
})
