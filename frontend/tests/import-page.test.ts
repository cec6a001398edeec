import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'

import ImportFilePage from '@/features/import/ImportFilePage.vue'
import { aRace } from '@/shared/api/race-for-tests'
import type { Driver } from '@/shared/api/types'
import { useSession } from '@/shared/session/session'

import { mountInApp } from './mounting'

const ADA = { driverId: 7, driverName: 'Ada' } as Driver
const GRACE = { driverId: 8, driverName: 'Grace' } as Driver
const TOO_MANY = () => Response.json({ status: 429 }, { status: 429, headers: { 'Retry-After': '60' } })
const IMPORTED = () => Response.json({ outcome: 'imported', race: aRace({}) })
const LOST = () => Promise.reject(new TypeError('network'))

let answers: (() => Response | Promise<Response>)[]
let logout: () => Response | Promise<Response>
let sent: string[]
let mounted: ReturnType<typeof mountInApp>
let readAgain: number

function signIn(driver: Driver): void {
  useSession().signedIn({
    accessToken: `of ${driver.driverName}`,
    expiresAt: new Date(Date.now() + 900_000).toISOString(),
    driver,
    iracingSignInRequired: false,
  })
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  answers = []
  logout = () => new Response(null, { status: 204 })
  sent = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (request) => {
    const { url, headers } = request as Request
    if (url.endsWith('/auth/logout')) return logout()
    if (!url.includes('/import/')) return Response.json({})
    sent.push(`${headers.get('Authorization')}: ${await (request as Request).text()}`)
    return (answers.shift() ?? IMPORTED)()
  })
  const shown = ref(false)
  mounted = mountInApp(defineComponent(() => () => shown.value && h(ImportFilePage)))
  signIn(ADA)
  shown.value = true
  readAgain = 0
  vi.spyOn(mounted.queryClient, 'invalidateQueries').mockImplementation(async () => {
    readAgain += 1
  })
})

afterEach(() => {
  mounted.wrapper.unmount()
  vi.useRealTimers()
})

/** Chooses files, each with its name as its text. */
async function choose(...names: string[]): Promise<void> {
  mounted.wrapper.findComponent({ name: 'FileDrop' }).vm.$emit(
    'files',
    names.map((name) => new File([name], name)),
  )
  await settled()
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await vi.advanceTimersByTimeAsync(0)
  await flushPromises()
}

function closing(): boolean {
  return window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
}

const outcomes = () => mounted.wrapper.findAll('tbody .state').map((state) => state.text())

describe('the import', () => {
  it('sends one file after the other, goes on after a pause, and asks who closes the page meanwhile', async () => {
    answers = [TOO_MANY]
    expect(closing()).toBe(true)
    await choose('one', 'two')
    expect(outcomes()).toEqual(['Being imported…', 'Waiting'])
    expect(closing()).toBe(false)
    await vi.advanceTimersByTimeAsync(60_000)
    await settled()
    expect(outcomes()).toEqual(['Imported', 'Imported'])
    expect(sent).toEqual(['one', 'one', 'two'].map((name) => `Bearer of Ada: ${name}`))
    expect(closing()).toBe(true)
    expect(readAgain).toBe(1)
  })

  it('has the log read again after a lost answer and after each retry, but not for what was never sent', async () => {
    answers = [LOST, LOST]
    await choose('one')
    expect(outcomes()).toEqual(['Not imported'])
    expect(readAgain).toBe(1)
    await mounted.wrapper.get('tbody button').trigger('click')
    await settled()
    expect(readAgain).toBe(2)
    await mounted.wrapper.get('tbody button').trigger('click')
    await settled()
    expect(outcomes()).toEqual(['Imported'])
    expect(readAgain).toBe(3)
    await choose('x'.repeat(9_000_000))
    expect(outcomes()).toEqual(['Imported', 'Too large'])
    expect(readAgain).toBe(3)
  })

  it('ends with its page', async () => {
    answers = [TOO_MANY]
    await choose('one', 'two')
    mounted.wrapper.unmount()
    await vi.advanceTimersByTimeAsync(60_000)
    await settled()
    expect(sent).toHaveLength(1)
    expect(closing()).toBe(true)
  })

  it('never goes on for the next driver', async () => {
    answers = [TOO_MANY]
    await choose('one', 'two')
    await useSession().signOut()
    signIn(GRACE)
    await vi.advanceTimersByTimeAsync(60_000)
    await settled()
    expect(sent).toEqual(['Bearer of Ada: one'])
    expect(closing()).toBe(true)
  })

  it('says so if nobody can be signed out for another member, and stays', async () => {
    const refused = { code: 'driver_not_in_result', entrants: [{ name: 'Lea' }] }
    answers = [() => Response.json({ status: 422, ...refused }, { status: 422 })]
    logout = LOST
    await choose('theirs')
    mounted.wrapper.findComponent({ name: 'EntrantQuestion' }).vm.$emit('signInAs')
    await settled()
    expect(mounted.wrapper.get('[role=alert]').text()).toContain('you are still signed in')
    expect(outcomes()).toEqual(['You are not in this race'])
  })
})
