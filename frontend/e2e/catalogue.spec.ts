import { expect, expectAccessible, raceRows, SHOWCASE, signIn, syncToTheEnd, test } from './spinout'

test('tracks, cars and series, with what was driven and written there', async ({ page, isMobile }) => {
  await signIn(page, SHOWCASE)
  await syncToTheEnd(page)
  const notes = page.getByRole('region', { name: 'Your notes' })

  await test.step('a series has its facts and its races', async () => {
    await page.goto('/series')
    await page.locator('tbody a').first().click()
    await expect(page).toHaveURL(/\/series\/\d+$/)
    await expect(page.getByText('Discipline', { exact: true })).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Latest races' })).toBeVisible()
    await expectAccessible(page, 'series')
  })

  await test.step('notes are there, too, as they are by now', async () => {
    await page.getByRole('region', { name: 'Latest races' }).getByRole('link').nth(1).click()
    for (const words of ['The rear is light here', 'The rear is heavy here']) {
      await notes.getByRole('textbox', { name: 'Notes' }).fill(words)
      await expect(notes.getByTestId('save-state')).toHaveText('Saved')
      await page.goBack()
      await expect(page.getByRole('region', { name: 'Your notes' }).getByText(words)).toBeVisible()
      await page.goForward()
    }
  })

  await test.step('figures are in the units that were chosen', async () => {
    await page.goto('/cars')
    await page.locator('tbody a').first().click()
    await expect(page).toHaveURL(/\/cars\/\d+$/)
    await expect(page.getByText(/^[\d,]+ kW$/)).toBeVisible()
    await expect(page.getByText(/^[\d,]+ kg$/)).toBeVisible()
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('radio', { name: 'Imperial' }).check()
    await page.keyboard.press('Escape')
    await expect(page.getByText(/^[\d,]+ hp$/)).toBeVisible()
    await expect(page.getByText(/^[\d,]+ lb$/)).toBeVisible()
  })

  await test.step('a dot of the map leads to its track', async () => {
    await page.goto('/tracks')
    const dot = page.locator('circle.driven').last()
    await dot.hover()
    const name = (await page.locator('figure text').last().textContent())!
    await dot.click()
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    await expect(page.getByText(/^[\d.]+ mi$/)).toBeVisible()
    if (!isMobile) await expectAccessible(page, 'track')
  })
})

test('the pages in Spanish and in British English', async ({ page }) => {
  await signIn(page, SHOWCASE)
  await syncToTheEnd(page)
  for (const [language, heading, date] of [
    ['es', 'Registro de carreras', /\d{1,2} \p{L}{3,4}\.? \d{4}/u],
    ['en-GB', 'Race log', /\d{1,2} \p{L}{3,4} \d{4}/u],
  ] as const) {
    await page.getByRole('button', { name: /^(Settings|Ajustes)$/ }).click()
    await page.getByRole('combobox', { name: /^(Language|Idioma)$/ }).selectOption(language)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible()
    await expect(page.locator('html')).toHaveAttribute('lang', language)
    await expect(raceRows(page).or(page.locator('tr[data-index]')).first()).toContainText(date)
    await expectAccessible(page, `race log in ${language}`)
  }
})

test('the pages can be installed', async ({ page }) => {
  await page.goto('/')
  const address = (await page.locator('link[rel=manifest]').getAttribute('href'))!
  const manifest = (await (await page.request.get(address)).json()) as {
    name: string
    start_url: string
    display: string
    icons: { src: string; sizes: string; type: string; purpose?: string }[]
  }
  expect(manifest).toMatchObject({ name: 'Spinout', start_url: '/races', display: 'standalone' })
  for (const { src, sizes, type } of manifest.icons) {
    const icon = await page.request.get(src)
    expect(icon.headers()['content-type'], src).toContain(type)
    if (sizes === 'any') continue
    const size = await page.evaluate(async (from) => {
      const image = new Image()
      image.src = from
      await image.decode()
      return `${image.naturalWidth}x${image.naturalHeight}`
    }, src)
    expect(size, src).toBe(sizes)
  }
  expect(manifest.icons.map(({ sizes }) => sizes)).toEqual(expect.arrayContaining(['192x192', '512x512']))
  expect(manifest.icons.some(({ purpose }) => purpose === 'maskable')).toBe(true)

  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await page.reload()
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated')
})
