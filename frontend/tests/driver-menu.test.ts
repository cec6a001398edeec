import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import DriverMenu from '@/app/layout/DriverMenu.vue'
import type { Driver } from '@/shared/api/types'
import { IndexedDb } from '@/shared/offline/indexed-db-for-tests'
import { useSession } from '@/shared/session/session'

import { mountInApp } from './mounting'

const device = new IndexedDb()
vi.stubGlobal('indexedDB', device)

let mounted: ReturnType<typeof mountInApp>

beforeEach(async () => {
  device.entries.clear()
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response(null, { status: 204 }))
  mounted = mountInApp(DriverMenu)
  useSession().signedIn({
    accessToken: 't',
    expiresAt: '2099-03-01T10:15:00Z',
    driver: { driverId: 7, driverName: 'Ada', entitlements: [] as string[] } as Driver,
    iracingSignInRequired: false,
  })
  await flushPromises()
})

afterEach(() => mounted.wrapper.unmount())

const items = () => mounted.wrapper.findAll('[role=menuitem]').map((item) => item.text())

async function choose(words: string): Promise<void> {
  const item = mounted.wrapper.findAll('[role=menuitem]').find((each) => each.text() === words)!
  await item.trigger('click')
  await flushPromises()
}

it('signs out at once if all notes are saved', async () => {
  device.entries.set('8/1-2/1', 'of somebody else')
  await choose('Sign out')
  expect(useSession().state).toBe('signedOut')
})

it('tells of notes that are not saved, and lets the driver choose', async () => {
  device.entries.set('7/1-2/1', 'left')
  await choose('Sign out')
  expect(useSession().state).toBe('signedIn')
  expect(mounted.wrapper.get('[role=alert]').text()).toContain('not saved yet')
  expect(items()).toEqual(['My data', 'Stay signed in', 'Sign out all the same'])
  await choose('Sign out all the same')
  expect(useSession().state).toBe('signedOut')
  expect([...device.entries.keys()]).toEqual(['7/1-2/1'])
})

it('lets the driver stay', async () => {
  device.entries.set('7/1-2/1', 'left')
  await choose('Sign out')
  await choose('Stay signed in')
  expect(items()).toEqual([])
  await mounted.wrapper.get('button').trigger('keydown', { key: 'Enter' })
  await flushPromises()
  expect(items()).toEqual(['My data', 'Sign out'])
  expect(useSession().state).toBe('signedIn')
})
