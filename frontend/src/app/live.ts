import { useQueryClient } from '@tanstack/vue-query'
import { onScopeDispose, watch } from 'vue'

import { readNewer, readRaces, raceLogKeys } from '@/shared/races/queries'
import { isActive } from '@/features/sync/model'
import { syncKeys, takeRun } from '@/features/sync/queries'
import type { Run } from '@/shared/api/types'
import { useConnection, webSocketUrl } from '@/shared/realtime/connection'
import { LiveConnection } from '@/shared/realtime/live-connection'
import type { Push } from '@/shared/realtime/messages'
import { useSession } from '@/shared/session/session'

/** Races are read at most this often while an import runs. */
const PAUSE = 1_500

/**
 * Keeps the cache current with what the server pushes: the runs, and the races that they bring. It is here and not in
 * a feature because it touches several.
 */
export function useLiveUpdates(): void {
  const session = useSession()
  const connection = useConnection()
  const client = useQueryClient()

  const ready = new Set<string>()
  /** Everything after this moment has been read already. */
  let readBackTo: string | null = null
  let following: { runId: string; added: number } | null = null
  let newest: Run | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let reading = false

  const live = new LiveConnection({
    url: webSocketUrl(import.meta.env.VITE_WS_BASE_URL, location),
    token: session.freshToken,
    renew: session.renew,
    onState: (state) => (connection.live = state),
    onOpen: () => {
      void client.invalidateQueries({ queryKey: syncKeys.all })
      readBackTo = null
      schedule(0)
    },
    onPush: take,
  })

  function take(push: Push): void {
    switch (push.action) {
      case 'ingestionRunStarted':
      case 'ingestionRunProgress':
      case 'ingestionRunFinished':
        takeRun(client, push.payload.run)
        newest = push.payload.run
        if (following?.runId !== newest.runId) {
          following = { runId: newest.runId, added: 0 }
          readBackTo = null
        }
        if (!isActive(newest)) void client.invalidateQueries({ queryKey: syncKeys.all })
        return schedule(isActive(newest) ? PAUSE : 0)
      case 'racesReady':
        for (const id of push.payload.raceIds) ready.add(id)
        return schedule(200)
      case 'signInRequired':
        void client.invalidateQueries({ queryKey: syncKeys.all })
    }
  }

  function schedule(delay: number): void {
    if (reading) return
    if (timer !== undefined && delay > 0) return
    clearTimeout(timer)
    timer = setTimeout(() => void read(), delay)
  }

  async function read(): Promise<void> {
    timer = undefined
    const driverId = session.driver?.driverId
    if (driverId === undefined || session.state !== 'signedIn') return
    reading = true
    const ids = [...ready]
    ready.clear()
    const run = newest
    newest = null
    try {
      let added = ids.length > 0 ? await readRaces(client, driverId, ids) : 0
      added += await readNewer(client, driverId, readBackTo)
      if (run && following?.runId === run.runId) {
        following.added += added
        // The run has brought more than was found: read the whole log again, behind the one that is shown.
        if (!isActive(run) && following.added < run.racesDone) {
          await client.invalidateQueries({ queryKey: raceLogKeys.list(driverId) })
        }
        if (run.racesDone > 0) readBackTo = run.searchedBackTo ?? null
      }
    } catch {
      // Whatever could not be read now is read with the next push, or when the connection is back.
    } finally {
      reading = false
      if (ready.size > 0 || newest) schedule(PAUSE)
    }
  }

  watch(
    () => session.state,
    (state, before) => {
      if (state !== 'signedIn') return live.stop()
      live.start()
      // What was shown meanwhile was kept from before.
      if (before === 'unreachable') void client.invalidateQueries()
    },
    { immediate: true },
  )
  watch(
    () => session.token,
    (token) => token && live.showToken(token),
  )
  watch(
    () => session.driver?.driverId,
    (driver, before) => {
      // Nothing of one driver stays for the next one.
      if (before !== undefined && driver !== before) client.clear()
    },
  )

  const hurry = () => document.visibilityState === 'visible' && live.hurry()
  window.addEventListener('online', hurry)
  document.addEventListener('visibilitychange', hurry)
  onScopeDispose(() => {
    clearTimeout(timer)
    window.removeEventListener('online', hurry)
    document.removeEventListener('visibilitychange', hurry)
    live.stop()
  })
}
