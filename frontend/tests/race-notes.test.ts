import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref, type Ref } from 'vue'

import RaceNotes from '@/features/journal/components/RaceNotes.vue'
import { sendLeftovers } from '@/features/journal/leftovers'
import { NO_WORDS } from '@/features/journal/model'
import type { Driver, JournalEntry } from '@/shared/api/types'
import { IndexedDb } from '@/shared/offline/indexed-db-for-tests'
import { wordsLeft } from '@/shared/offline/drafts'
import { useSession } from '@/shared/session/session'

import { mountInApp } from './mounting'

const RACE = '1766953800-82263872'
const OTHER_RACE = '1766953700-82263871'
const ADA = { driverId: 7, driverName: 'Ada' } as Driver

const device = new IndexedDb()
vi.stubGlobal('indexedDB', device)

let stored: JournalEntry
/** Whether the line is down. */
let cut: boolean
let mounted: ReturnType<typeof mountInApp>
/** The race whose page is open. */
let open: Ref<string | null>

function entry(notes: string, version: number): JournalEntry {
  const rest = { tags: [], replayLink: null, lap: null, createdAt: null, updatedAt: null, sentiment: null }
  return { driverRaceId: RACE, notes, version, ...rest }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await vi.advanceTimersByTimeAsync(0)
  await flushPromises()
}

async function show(race: string | null): Promise<void> {
  open.value = race
  await settled()
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  device.entries.clear()
  device.full = false
  stored = entry('', 0)
  cut = false
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (request) => {
    const { method, url } = request as Request
    if (url.endsWith('/auth/logout')) return new Response(null, { status: 204 })
    if (url.endsWith('/related')) return Response.json({ items: [] })
    if (url.includes(OTHER_RACE)) return new Promise(() => {})
    if (cut) throw new TypeError('the line is cut')
    if (method === 'GET') return Response.json(stored)
    const { version, ...words } = (await (request as Request).json()) as JournalEntry
    if (version !== stored.version) return Response.json({ status: 409, entry: stored }, { status: 409 })
    stored = { ...stored, ...words, version: version + 1 }
    return Response.json(stored)
  })
  open = ref(null)
  mounted = mountInApp(
    defineComponent(() => () => open.value && h(RaceNotes, { driverRaceId: open.value, lap: 5 })),
  )
  useSession().signedIn({
    accessToken: 't',
    expiresAt: '2099-03-01T10:15:00Z',
    driver: ADA,
    iracingSignInRequired: false,
  })
})

afterEach(async () => {
  await show(null)
  mounted.wrapper.unmount()
  vi.useRealTimers()
})

const text = () => mounted.wrapper.get('textarea')
const state = () => mounted.wrapper.get('[data-testid=save-state]').text()
const button = (words: string) => mounted.wrapper.findAll('button').find((each) => each.text() === words)!
const focused = () => document.activeElement?.textContent

async function write(notes: string): Promise<void> {
  await text().setValue(notes)
  await vi.advanceTimersByTimeAsync(800)
  await settled()
}

describe('notes that neither server nor device can keep', () => {
  beforeEach(async () => {
    await show(RACE)
    cut = true
    device.full = true
    await write('Only here.')
  })

  it('are not said to be kept, and go on being sent when the page is left', async () => {
    expect(state()).toContain('this device cannot keep it')
    await show(null)
    cut = false
    await vi.advanceTimersByTimeAsync(10_000)
    expect(stored.notes).toBe('Only here.')
    await show(RACE)
    expect(text().element.value).toBe('Only here.')
  })

  it('are there again when the driver comes back', async () => {
    await show(null)
    cut = false
    // Not sent yet: the next attempt is due in seconds.
    await show(RACE)
    expect(text().element.value).toBe('Only here.')
    await write('Only here, and more.')
    expect(state()).toBe('Saved')
    expect(stored.notes).toBe('Only here, and more.')
  })

  it('are let go with the driver', async () => {
    await show(null)
    cut = false
    await useSession().signOut()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(stored.version).toBe(0)
    expect(window.dispatchEvent(new Event('beforeunload', { cancelable: true }))).toBe(true)
  })
})

it('does not wait for what is left of other races', async () => {
  const draft = { words: { ...NO_WORDS, notes: 'left' }, version: 0 }
  device.entries.set(`7/${OTHER_RACE}/1`, draft)
  void sendLeftovers(mounted.queryClient, ADA.driverId)
  await settled()
  await show(RACE)
  expect(text().element.value).toBe('')
})

it('saves what is being written before the driver signs out, and knows what it could not', async () => {
  await show(RACE)
  await text().setValue('just written')
  const left = wordsLeft(ADA.driverId)
  await settled()
  expect([await left, stored.notes]).toEqual([false, 'just written'])
  cut = true
  await text().setValue('just written, and more')
  const leftNow = wordsLeft(ADA.driverId)
  await settled()
  expect([await leftNow, stored.notes]).toEqual([true, 'just written'])
})

describe('the focus', () => {
  it('is at the heading when what had it is gone', async () => {
    await show(RACE)
    cut = true
    await write('mine')
    button('Try again').element.focus()
    cut = false
    stored = entry('theirs', 1)
    await button('Try again').trigger('click')
    expect(focused()).toBe('Your notes')
    await settled()
    button('Keep mine').element.focus()
    await button('Keep mine').trigger('click')
    expect(focused()).toBe('Your notes')
    await settled()
    expect(stored.notes).toBe('mine')
  })

  it('stays on the button that takes a lap, which shows it then', async () => {
    await show(RACE)
    button('Use lap 5').element.focus()
    await button('Use lap 5').trigger('click')
    expect(focused()).toBe('Show')
    await settled()
    await button('Show').trigger('click')
    expect(mounted.wrapper.findComponent(RaceNotes).emitted('showLap')).toEqual([[5]])
  })
})
