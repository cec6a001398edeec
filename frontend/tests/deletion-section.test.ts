import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { loadMessages } from '@/app/i18n'
import DeletionSection from '@/features/my-data/components/DeletionSection.vue'
import { aRace } from '@/shared/api/race-for-tests'
import type { Driver } from '@/shared/api/types'
import { useSession } from '@/shared/session/session'

import { mountInApp } from './mounting'

await loadMessages(['myData'])

const DRIVER = {
  driverId: 7,
  driverName: 'Ada',
  memberSince: null,
  ingestionBlockedUntil: null,
  racesIngestedTo: null,
  firstLogin: '2026-03-01T09:00:00Z',
  lastLogin: '2026-03-01T09:00:00Z',
  loginCount: 1,
  sessionCount: 2,
  dailySync: false,
  entitlements: [],
} satisfies Driver

let races: number
let expected: string[]
let mounted: ReturnType<typeof mountInApp>

beforeEach(() => {
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true
  }
  races = 2
  expected = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (request) => {
    const { method, url } = request as Request
    if (method === 'GET') {
      const items = Array.from({ length: races }, (_, id) => aRace({ subsessionId: id + 1 }))
      return Response.json({ items, nextCursor: null })
    }
    const told = new URL(url).searchParams.get('expected')!
    expected.push(told)
    if (told === String(races)) return Response.json({ deleted: races })
    const errors = [{ field: 'expected', code: 'other_number', params: { races: String(races) } }]
    return Response.json({ status: 400, code: 'invalid_input', errors }, { status: 400 })
  })
})

afterEach(() => {
  mounted.wrapper.unmount()
  document.body.innerHTML = ''
})

it('says that the number of races has changed, and asks for the one of now', async () => {
  mounted = mountInApp(DeletionSection, { driver: DRIVER })
  const { wrapper } = mounted
  useSession().signedIn({
    accessToken: 't',
    expiresAt: '2099-03-01T10:15:00Z',
    driver: DRIVER,
    iracingSignInRequired: false,
  })
  await flushPromises()
  await wrapper.get('form.row').trigger('submit')
  // A run brings one more while the dialog is open.
  races = 3
  await wrapper.get('dialog input').setValue('2')
  await wrapper.get('dialog form').trigger('submit')
  await flushPromises()

  expect(wrapper.get('dialog [role=alert]').text()).toContain('another number of races')
  expect(wrapper.get('dialog').text()).toContain('Delete 3 races')
  await wrapper.get('dialog form').trigger('submit')
  expect(expected).toEqual(['2'])
  await wrapper.get('dialog input').setValue('3')
  await wrapper.get('dialog form').trigger('submit')
  await flushPromises()
  expect(expected).toEqual(['2', '3'])
  expect(wrapper.find('dialog').exists()).toBe(false)
  expect(document.activeElement?.id).toBe('delete-races')
})
