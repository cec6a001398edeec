import { createHash, randomBytes } from 'node:crypto'

import type { APIRequestContext, Page } from '@playwright/test'

import {
  CLUB_RACER,
  consent,
  expect,
  expectAccessible,
  NEWCOMER,
  raceRows,
  SHOWCASE,
  signIn,
  syncToTheEnd,
  test,
  VETERAN,
} from './spinout'

/*
 * What a driver reads when something goes wrong that they meet most often. The sandbox's faults are for everybody on a
 * server, so these tests have one of their own, and a driver each. A lost line is in recovery.spec.ts.
 */

const FAULTS = '/iracing-sandbox/sandbox/faults'
const SHOWCASE_ID = '1042877'

test.afterEach(async ({ request }) => {
  await request.delete(FAULTS)
})

async function set(request: APIRequestContext, faults: Record<string, unknown>): Promise<void> {
  const answer = await request.post(FAULTS, { data: faults })
  expect(answer.ok(), await answer.text()).toBe(true)
}

const base64url = (bytes: Buffer) => bytes.toString('base64url')
const sha256 = (text: string) => createHash('sha256').update(text).digest()

/** The newest races of a member, as iRacing would tell another program of theirs. */
async function recentRaces(request: APIRequestContext, baseURL: string, member: string): Promise<number[]> {
  const sandbox = `${baseURL}/iracing-sandbox`
  const client = { client_id: 'spinout-local', redirect_uri: `${baseURL}/auth/ir/callback` }
  const verifier = base64url(randomBytes(32))
  const consented = await request.post(`${sandbox}/oauth2/authorize`, {
    form: {
      ...client,
      response_type: 'code',
      code_challenge: base64url(sha256(verifier)),
      code_challenge_method: 'S256',
      state: 'state',
      scope: 'iracing.auth',
      member,
    },
    maxRedirects: 0,
  })
  const code = new URL(consented.headers()['location'] ?? '').searchParams.get('code') ?? ''
  const secret = sha256('spinout-local-secret' + client.client_id).toString('base64')
  const token = await request.post(`${sandbox}/oauth2/token`, {
    form: {
      ...client,
      grant_type: 'authorization_code',
      client_secret: secret,
      code,
      code_verifier: verifier,
    },
  })
  const { access_token } = (await token.json()) as { access_token: string }
  const answer = await request.get(`${sandbox}/data/stats/member_recent_races`, {
    headers: { Authorization: `Bearer ${access_token}` },
  })
  const { link } = (await answer.json()) as { link: string }
  const { races } = (await (await request.get(link)).json()) as { races: { subsession_id: number }[] }
  return races.map((race) => race.subsession_id)
}

const state = 'sync-state'
const syncButton = (page: Page) =>
  page.getByRole('region', { name: 'Import from iRacing' }).getByRole('button', { name: /^Sync/ })

test('iRacing allows no more requests', async ({ page, request }) => {
  await signIn(page, VETERAN)
  await set(request, { rate_limited: { requests: 100_000, reset_seconds: 7_200 } })
  const queued = page.waitForResponse('**/api/ingestion/race')
  await syncButton(page).click()
  await expect(syncButton(page)).toBeDisabled()
  await queued
  await page.reload()
  await expect(page.getByTestId(state)).toContainText('iRacing allows no more requests', { timeout: 60_000 })
  await expect(page.getByTestId(state)).toContainText(/It goes on in \d/)
  await expectAccessible(page, 'rate limit')
})

test('Spinout itself is asked too often', async ({ page }) => {
  await signIn(page, NEWCOMER)
  await page.route('**/api/ingestion/race', (route) =>
    route.fulfill({
      status: 429,
      headers: { 'Retry-After': '300' },
      contentType: 'application/problem+json',
      json: {
        status: 429,
        title: 'Too Many Requests',
        code: 'too_many_requests',
        detail: 'too many requests',
      },
    }),
  )
  await page.route('**/api/ingestion/runs*', (route) =>
    route.fulfill({ json: { items: [], nextCursor: null } }),
  )
  await page.reload()
  await syncButton(page).click()
  await expect(syncButton(page)).toContainText(/Sync again in [45]/)
  await expect(syncButton(page)).toBeDisabled()
})

test('iRacing wants the driver to sign in again', async ({ page, request }) => {
  await signIn(page, CLUB_RACER)
  await set(request, { unauthorized_after: 0, revoked_refresh: true })
  await syncButton(page).click()
  await expect(page.getByTestId(state)).toContainText('sign in again', { timeout: 60_000 })
  const again = page.getByRole('button', { name: 'Sign in again' })
  await expect(again).toBeVisible()
  await expectAccessible(page, 'sign-in needed')
  await request.delete(FAULTS)
  await again.click()
  await consent(page, CLUB_RACER)
  await expect(syncButton(page)).toBeEnabled({ timeout: 60_000 })
})

test('some races fail, and come with the next sync', async ({ page, request, baseURL }) => {
  const [failing = 0, other = 0] = await recentRaces(request, baseURL ?? '', SHOWCASE_ID)
  expect(failing).toBeGreaterThan(0)
  await set(request, { failing_races: { [failing]: 403, [other]: 403 } })
  await signIn(page, SHOWCASE)
  await syncToTheEnd(page)
  await expect(raceRows(page).first()).toBeVisible()
  const failures = page.getByRole('button', { name: /Show the failed races/ })
  await expect(failures).toContainText('2')
  await failures.click()
  await expect(page.getByText(`Session ${failing}`).first()).toBeVisible()
  await expect(page.getByText('iRacing does not show this race to you').first()).toBeVisible()
  await expectAccessible(page, 'failed races')
})

// Last: the whole server remembers a maintenance for some minutes, whoever has met it.
test('iRacing is in maintenance', async ({ page, request }) => {
  await signIn(page, NEWCOMER)
  await set(request, { maintenance: 'on' })
  await syncButton(page).click()
  await expect(page.getByTestId(state)).toContainText('iRacing is in maintenance', { timeout: 60_000 })
  await expect(page.getByTestId(state)).toContainText(/It goes on (in|by itself)/)
  await expectAccessible(page, 'maintenance')
  // What was asked for goes on by itself; the driver can do nothing and need not.
  await expect(syncButton(page)).toBeDisabled()
})

test('a driver signs in during a maintenance', async ({ page, request }) => {
  await set(request, { maintenance: 'on' })
  await signIn(page, CLUB_RACER)
  await expect(page.getByTestId(state)).toHaveText(/\S/)
})
