import type { QueryClient } from '@tanstack/vue-query'
import { shallowRef, watch } from 'vue'

import { ApiProblem } from '@/shared/api/problem'
import { leftSlots, type Slot } from '@/shared/offline/drafts'
import { useSession } from '@/shared/session/session'

import { createEditor } from './editor'
import { withTypedTag, type Draft } from './model'
import { entryQuery, portOf } from './queries'

/** The races about which there are words on this device that could not be saved; the latest found last. */
export const leftovers = shallowRef<string[]>([])

const EVERY = 60_000

let sending: Promise<void> | null = null
/** What is on its way just now. */
let underWay: { driverRaceId: string; saved: Promise<boolean> } | null = null

/** Waits until no words about a race are on their way that a page left behind which is gone. */
export async function leftoversAtRest(driverRaceId: string): Promise<void> {
  while (underWay?.driverRaceId === driverRaceId) await underWay.saved
}

/**
 * Saves the words that pages left behind which are gone. Those that need the driver, as a conflict does, stay for the
 * race's page.
 */
export function sendLeftovers(client: QueryClient, driverId: number): Promise<void> {
  sending ??= sendAll(client, driverId).finally(() => (sending = null))
  return sending
}

async function sendAll(client: QueryClient, driverId: number): Promise<void> {
  const left = new Set<string>()
  for await (const [driverRaceId, slot] of leftSlots<Draft>(driverId)) {
    underWay = { driverRaceId, saved: send(client, driverId, driverRaceId, slot) }
    const saved = await underWay.saved
    underWay = null
    slot.release()
    if (!saved) left.add(driverRaceId)
  }
  leftovers.value = [...left]
}

/** Whether nothing is left in the slot. */
async function send(
  client: QueryClient,
  driverId: number,
  driverRaceId: string,
  slot: Slot<Draft>,
): Promise<boolean> {
  if (!slot.draft) return true
  try {
    // What fails is sent the next time: the race's page may be waiting.
    const entry = await client.fetchQuery({ ...entryQuery(driverId, driverRaceId), retry: false })
    const editor = createEditor(entry, slot.draft, portOf(client, driverId, driverRaceId, slot))
    // Whoever was typing a tag has left it.
    if (editor.words.value.tagText) editor.change(withTypedTag(editor.words.value))
    await editor.flush()
    editor.stop()
    return editor.state.value === 'idle' || editor.state.value === 'saved'
  } catch (problem) {
    // The race was deleted, and with it what was written about it.
    const gone = problem instanceof ApiProblem && problem.code === 'not_found'
    if (gone) slot.drop()
    return gone
  }
}

/** Saves what was left behind: when the pages start, when the connection is back, and once a minute. */
export function keepSending(client: QueryClient): void {
  const session = useSession()
  const send = () => {
    if (session.state === 'signedIn' && session.driver) void sendLeftovers(client, session.driver.driverId)
  }
  watch(() => session.state, send, { immediate: true })
  window.addEventListener('online', send)
  setInterval(send, EVERY)
}
