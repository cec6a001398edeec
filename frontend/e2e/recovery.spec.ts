import {
  CLUB_RACER,
  consent,
  expect,
  expectAccessible,
  raceRows,
  signIn,
  syncToTheEnd,
  test,
} from './spinout'

test('a sign-in that is denied says so, and can be begun again', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign in with iRacing' }).click()
  await page.getByRole('button', { name: 'Deny' }).click()
  await expect(page.getByRole('alert')).toContainText('not to let Spinout in')
  await expectAccessible(page, 'denied sign-in')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('heading', { name: 'iRacing sandbox' })).toBeVisible()
})

test('a sign-in that is used twice says so', async ({ page }) => {
  await page.goto('/auth/ir/callback?code=used&state=old')
  await expect(page.getByRole('alert')).toContainText('too old or was used before')
})

test('an address that is none', async ({ page }) => {
  await page.goto('/nowhere')
  await expect(page.getByText('Off the track')).toBeVisible()
  await expectAccessible(page, 'page that is not found')
})

test('the page survives a lost line, and a session that ends elsewhere', async ({ page, context }) => {
  await signIn(page, CLUB_RACER)
  await syncToTheEnd(page)
  await expect(raceRows(page).first()).toBeVisible()
  await expect(page.getByTestId('live')).toContainText('Live')

  await test.step('a lost line', async () => {
    await context.setOffline(true)
    await expect(page.getByText('You are offline')).toBeVisible()
    await expect(raceRows(page).first()).toBeVisible()
    await expectAccessible(page, 'offline')
    await context.setOffline(false)
    await expect(page.getByText('You are offline')).toBeHidden()
    await expect(page.getByTestId('live')).toContainText('Live', { timeout: 60_000 })
  })

  await test.step('a server that does not answer at first', async () => {
    await page.route('**/api/auth/refresh', (route) => route.abort())
    await page.reload()
    await expect(page.getByText('You see what was kept on this device')).toBeVisible()
    await expect(raceRows(page).first()).toBeVisible()
    await page.evaluate(async () => {
      for (const name of await caches.keys()) await caches.delete(name)
    })
    await page.reload()
    await expect(page.getByText('Spinout does not answer')).toBeVisible()
    await page.unroute('**/api/auth/refresh')
    await page.getByRole('button', { name: 'Try again' }).click()
    await expect(raceRows(page).first()).toBeVisible()
  })

  await test.step('a session that ends elsewhere', async () => {
    await page.route('**/api/session/**', (route) => route.fulfill({ status: 401 }))
    await context.clearCookies()
    await raceRows(page).first().getByRole('link').click()
    await expect(page.getByText('Your session has ended. What you see stays here')).toBeVisible()
    const address = new URL(page.url()).pathname
    await page.unroute('**/api/session/**')
    await expectAccessible(page, 'ended session')
    await page.getByRole('button', { name: 'Sign in again' }).first().click()
    await consent(page, CLUB_RACER)
    await expect(page).toHaveURL(new RegExp(`${address}$`))
    await expect(page.getByRole('region', { name: 'Results' })).toBeVisible()
  })
})
