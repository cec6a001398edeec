import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import SyncBar from '@/features/sync/components/SyncBar.vue'
import { takeRun } from '@/features/sync/queries'
import type { Driver, FailedRace, Run } from '@/shared/api/types'
import { useSession } from '@/shared/session/session'

import { mountInApp } from './mounting'

const NOW = '2026-03-01T10:00:00Z'
const DRIVER = {
  driverId: 7,
  driverName: 'Ada',
  memberSince: null,
  ingestionBlockedUntil: null,
  racesIngestedTo: '2026-02-28T20:00:00Z',
  firstLogin: NOW,
  lastLogin: '2026-03-01T09:00:00Z',
  loginCount: 1,
  sessionCount: 1,
  dailySync: false,
  entitlements: [],
} satisfies Driver

const RUN: Run = {
  runId: 'r',
  status: 'running',
  reason: null,
  finishedAt: null,
  searchedBackTo: null,
  secondsLeft: null,
  retryAt: null,
  startedAt: NOW,
  updatedAt: NOW,
  from: NOW,
  to: NOW,
  racesFound: 0,
  racesDone: 0,
  racesKnown: 0,
  racesFailed: 0,
  windowsDone: 0,
  windowsTotal: 4,
  failures: [],
}

const GIVEN_UP: FailedRace = {
  subsessionId: 5,
  startTime: NOW,
  reason: 'not_ready',
  detail: 'no result',
  attempts: 5,
  triedAt: NOW,
  nextTryAt: null,
}

let driver: Driver
let failedRaces: FailedRace[]
let asked: string[]
let runs: Run[]
let answerToSync: () => Response
let mounted: ReturnType<typeof mountInApp>

async function show(): Promise<void> {
  mounted = mountInApp(SyncBar)
  useSession().signedIn({
    accessToken: 't',
    expiresAt: '2026-03-01T10:15:00Z',
    driver,
    iracingSignInRequired: false,
  })
  await flushPromises()
}

const state = () => mounted.wrapper.get('[data-testid=sync-state]').text()
const button = () => mounted.wrapper.get<HTMLButtonElement>('.actions button')

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse(NOW), toFake: ['Date', 'setInterval', 'clearInterval'] })
  driver = { ...DRIVER }
  runs = []
  failedRaces = []
  asked = []
  answerToSync = () => Response.json({ ...RUN, status: 'queued' }, { status: 202 })
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (request) => {
    const { pathname } = new URL((request as Request).url)
    asked.push(`${(request as Request).method} ${pathname}`)
    if (pathname.endsWith('/failed-races')) return Response.json({ items: failedRaces, nextCursor: null })
    if (pathname.endsWith('/retry')) return new Response(null, { status: 204 })
    if (pathname.endsWith('/ingestion/runs')) return Response.json({ items: runs })
    if (pathname.endsWith('/ingestion/race')) return answerToSync()
    return Response.json(driver)
  })
})

afterEach(() => {
  mounted.wrapper.unmount()
  vi.useRealTimers()
})

describe('the sync bar', () => {
  it('offers a first sync', async () => {
    await show()
    expect(state()).toBe('Not synced yet.')
    expect(button().text()).toBe('Sync')
    expect(button().element.disabled).toBe(false)
  })

  it('starts a run, and cannot start a second one', async () => {
    await show()
    await button().trigger('click')
    await flushPromises()
    expect(state()).toBe('Waiting for its turn…')
    expect(button().element.disabled).toBe(true)
  })

  it('follows the progress that is pushed, with counts and time left', async () => {
    runs = [RUN]
    await show()
    expect(state()).toBe('Looking for your races…')
    takeRun(mounted.queryClient, {
      ...RUN,
      racesFound: 412,
      racesDone: 300,
      racesKnown: 12,
      racesFailed: 2,
      windowsDone: 1,
      secondsLeft: 372,
    })
    await flushPromises()
    expect(state()).toContain('About 6 minutes left.')
    const counts = mounted.wrapper.get('[data-testid=sync-counts]').text()
    expect(counts.replace(/\s+/g, ' ')).toMatch(/Found ?412 ?Imported ?300 ?Known ?12 ?Failed ?2/)
    expect(mounted.wrapper.get('progress').attributes('value')).toBeDefined()
  })

  it('lists what failed, with its reason in words', async () => {
    failedRaces = [GIVEN_UP]
    runs = [{ ...RUN, status: 'finished', racesDone: 3 }]
    await show()
    await mounted.wrapper.get('button.failed').trigger('click')
    const listed = mounted.wrapper.get('#sync-failures').text()
    expect(listed).toContain('iRacing has no result yet')
    expect(listed).toContain('given up after 5 tries')
  })

  it('tries a failed race again with a sync', async () => {
    failedRaces = [GIVEN_UP]
    runs = [{ ...RUN, status: 'finished' }]
    await show()
    await mounted.wrapper.get('button.failed').trigger('click')
    await mounted.wrapper.get('#sync-failures button').trigger('click')
    await flushPromises()
    expect(asked).toContain('POST /api/ingestion/failed-races/5/retry')
    expect(state()).toBe('Waiting for its turn…')
  })

  it('turns the daily sync on', async () => {
    await show()
    const box = mounted.wrapper.get<HTMLInputElement>('input[type=checkbox]')
    expect(box.element.checked).toBe(false)
    await box.setValue(true)
    await flushPromises()
    expect(asked).toContain('PUT /api/driver/7/daily-sync')
  })

  it('counts the server’s cool-down down, and offers a sync at its end', async () => {
    runs = [{ ...RUN, status: 'finished' }]
    driver.ingestionBlockedUntil = '2026-03-01T10:04:05Z'
    await show()
    expect(button().text()).toBe('Sync again in 4:05')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(button().text()).toBe('Sync again in 4:00')
    await vi.advanceTimersByTimeAsync(240_000)
    expect(button().text()).toBe('Sync')
    expect(button().element.disabled).toBe(false)
  })

  it('takes the cool-down from a refusal, too', async () => {
    answerToSync = () => Response.json({ status: 429 }, { status: 429, headers: { 'Retry-After': '90' } })
    await show()
    await button().trigger('click')
    await flushPromises()
    expect(button().text()).toBe('Sync again in 1:30')
  })

  it('says in words why a run waits, and when it goes on', async () => {
    runs = [{ ...RUN, status: 'waiting', reason: 'maintenance', retryAt: '2026-03-01T10:02:00Z' }]
    await show()
    expect(state()).toBe('iRacing is in maintenance. It goes on in 2:00.')
  })

  it('asks for a sign-in when iRacing does', async () => {
    runs = [{ ...RUN, status: 'signInRequired', reason: 'sign_in_required' }]
    await show()
    expect(button().text()).toBe('Sign in again')
    await button().trigger('click')
    expect(mounted.wrapper.emitted('signIn')).toHaveLength(1)
  })
})
