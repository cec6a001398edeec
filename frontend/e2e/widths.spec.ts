import type { Page } from '@playwright/test'

import { admin, expect, raceRows, SHOWCASE, SHOWCASE_ID, signIn, syncToTheEnd, test } from './spinout'

/** What one can press or fill in and that is not within the window, nor within something that scrolls. */
function outOfView(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element) => /auto|scroll/.test(getComputedStyle(element).overflowX)
    const within = (element: Element | null): boolean =>
      element !== null && element !== document.body && (scrolls(element) || within(element.parentElement))
    return [...document.querySelectorAll('a, button, input, select, textarea, summary')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .filter(
        (element) =>
          !element.matches('.skip, .visually-hidden, .visually-hidden *') && !within(element.parentElement),
      )
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect()
        return left < -1 || right > document.documentElement.clientWidth + 1
      })
      .map((element) => element.outerHTML.slice(0, 120))
  })
}

test('every page fits into a narrow window and into a wide one', async ({ page, isMobile }) => {
  test.skip(isMobile, 'windows of its own')
  const widths = [360, 3840]
  const fits = async (address: string) => {
    for (const width of widths) {
      await page.setViewportSize({ width, height: width < 820 ? 740 : 2160 })
      await page.goto(address)
      await expect(page.locator('h1')).toBeVisible()
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      const what = `${address} at ${width}`
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(sideways, `${what} is wider than the window by`).toBeLessThanOrEqual(0)
      expect(await outOfView(page), what).toEqual([])
    }
  }

  await fits('/')
  await signIn(page, SHOWCASE)
  await syncToTheEnd(page)
  admin('grant', SHOWCASE_ID)

  const race = (await raceRows(page).first().getByRole('link').getAttribute('href'))!
  const addresses = ['/races', race, '/journal', '/analytics', '/import', '/my-data', '/nowhere']
  for (const list of ['/tracks', '/cars', '/series']) {
    await page.goto(list)
    addresses.push(list, (await page.locator('tbody a').first().getAttribute('href'))!)
  }
  addresses.push('/developer', '/developer?endpoint=results/get', '/developer/tokens', '/developer/openapi')
  for (const address of addresses) await fits(address)

  await test.step('what leads on is in view', async () => {
    for (const width of widths) {
      await page.setViewportSize({ width, height: 740 })
      await page.goto('/races')
      const pages = page.getByRole('navigation', { name: 'Pages' })
      await expect(pages.getByRole('link', { name: 'Journal' })).toBeInViewport()
      await expect(page.getByRole('button', { name: 'Settings' })).toBeInViewport()
      await expect(page.getByRole('button', { name: /^Sync/ }).first()).toBeInViewport()
      await expect(page.getByRole('searchbox', { name: 'Search races' })).toBeInViewport()
      await expect(raceRows(page).first()).toBeInViewport()
    }
  })
  admin('revoke', SHOWCASE_ID)
})
