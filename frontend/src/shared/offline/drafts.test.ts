import { beforeEach, describe, expect, it, vi } from 'vitest'

import { IndexedDb } from './indexed-db-for-tests'
import { draftsWritten, forgetDrafts, leftSlots, takeSlot } from './drafts'

const device = new IndexedDb()
vi.stubGlobal('indexedDB', device)

const ADA = 1
/** A driver whose number begins with that of the other. */
const GRACE = 12

beforeEach(() => {
  device.entries.clear()
  device.full = false
})

/** Leaves words about a subject behind, as a page does that is closed. */
async function leave(driverId: number, subject: string, words: string): Promise<void> {
  const slot = await takeSlot<string>(driverId, subject)
  slot.keep(words)
  await draftsWritten()
  slot.release()
}

async function left(driverId: number): Promise<unknown[]> {
  const all = []
  for await (const [subject, slot] of leftSlots<string>(driverId)) {
    all.push([subject, slot.draft])
    slot.release()
  }
  return all
}

/** Whether the browser lets the page go without a question. */
const letGo = () => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))

describe('words that are kept on the device', () => {
  it('are there for the next page, in a slot that one page has at a time', async () => {
    await leave(ADA, 'race', 'kept')
    const first = await takeSlot<string>(ADA, 'race')
    const second = await takeSlot<string>(ADA, 'race')
    expect([first.draft, second.draft]).toEqual(['kept', null])
    first.drop()
    first.release()
    second.release()
    expect(await left(ADA)).toEqual([])
  })

  it('of a driver who is gone are forgotten, and no others', async () => {
    await leave(ADA, 'race', 'mine')
    await leave(ADA, 'other race', 'mine, too')
    await leave(GRACE, 'race', 'hers')
    await forgetDrafts(ADA)
    expect(await left(ADA)).toEqual([])
    expect(await left(GRACE)).toEqual([['race', 'hers']])
  })

  it('are known to be lost while the device cannot keep them, and are asked about until they can be', async () => {
    const slot = await takeSlot<string>(ADA, 'race')
    expect(slot.lost.value).toBe(false)
    device.full = true
    slot.keep('too much')
    await draftsWritten()
    expect([slot.lost.value, letGo()]).toEqual([true, false])
    device.full = false
    slot.keep('less')
    await draftsWritten()
    expect([slot.lost.value, letGo()]).toEqual([false, true])
    device.full = true
    slot.keep('too much')
    await draftsWritten()
    slot.drop()
    expect([slot.lost.value, letGo()]).toEqual([false, true])
    slot.release()
  })

  it('are not asked about any more when nobody has them', async () => {
    device.full = true
    const slot = await takeSlot<string>(ADA, 'race')
    slot.keep('too much')
    await draftsWritten()
    slot.release()
    expect(letGo()).toBe(true)
  })
})
