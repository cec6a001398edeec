import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import type { Page } from '@playwright/test'

import { expect, raceRows, SHOWCASE, signIn, syncToTheEnd, test } from './spinout'

// `make website-pictures`: the public site shows the real app, with the demo career.
test.skip(!process.env.WEBSITE_PICTURES, 'takes the pictures of the public site, when asked to')
test.use({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1.5 })

/** As website/build.mjs knows them: for phones, and for wide and sharp screens. */
const WIDTHS = [800, 1600]
const folder = fileURLToPath(new URL('../../website/images/', import.meta.url))

test('pictures of the race log and of a race', async ({ page, isMobile }) => {
  test.skip(isMobile, 'one width is enough')
  await signIn(page, SHOWCASE)
  await syncToTheEnd(page)
  await expect(raceRows(page).first()).toBeVisible()
  await take(page, 'race-log')

  // A race that was driven to its end, at the field's way through it.
  await raceRows(page).nth(1).getByRole('link').click()
  await expect(page.getByRole('region', { name: 'Results' })).toBeVisible()
  await page.getByRole('link', { name: 'Charts', exact: true }).click()
  await expect(page.locator('#charts canvas').first()).toBeVisible()
  await page.waitForLoadState('networkidle')
  await take(page, 'race')
})

async function take(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const png = await page.screenshot({ animations: 'disabled', caret: 'hide' })
    for (const width of WIDTHS)
      writeFileSync(`${folder}${name}.${colorScheme}.${width}.webp`, await webp(page, png, width))
  }
}

/** A fifth of the size of the PNG that the browser gives; the browser itself can make it, on a page without rules. */
async function webp(page: Page, png: Buffer, width: number): Promise<Buffer> {
  const blank = await page.context().newPage()
  const encode = async ({ base64, width }: { base64: string; width: number }) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const picture = new Blob([bytes], { type: 'image/png' })
    const image = await createImageBitmap(picture, { resizeWidth: width, resizeQuality: 'high' })
    const canvas = new OffscreenCanvas(image.width, image.height)
    canvas.getContext('2d')?.drawImage(image, 0, 0)
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.82 })
    return Array.from(new Uint8Array(await blob.arrayBuffer()))
  }
  const encoded = await blank.evaluate(encode, { base64: png.toString('base64'), width })
  await blank.close()
  return Buffer.from(encoded)
}
