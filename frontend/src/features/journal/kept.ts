import { QueryClient, queryOptions } from '@tanstack/vue-query'
import type { Router } from 'vue-router'

import type { JournalItem } from '@/shared/api/types'
import { useSession } from '@/shared/session/session'

import { sentimentOf, type JournalFilters } from './model'
import { journalQuery } from './queries'

/** Most pages that are kept for later without having been looked at: ten requests. */
const MOST = 10

/** Asks for the journal, so that its pages open without a connection (`shared/offline`): anew once it has changed. */
const keptQuery = (driverId: number) =>
  queryOptions({
    queryKey: [...journalQuery(driverId, {}).queryKey, 'kept'],
    queryFn: async () => {
      // With a cache of its own: the journal's page is not to draw hundreds of entries at once.
      const { pages } = await new QueryClient({
        defaultOptions: { queries: { networkMode: 'offlineFirst' } },
      }).fetchInfiniteQuery({ ...journalQuery(driverId, {}), pages: MOST })
      return pages.length
    },
    staleTime: Infinity,
    gcTime: Infinity,
  })

/** Keeps the journal on this device whenever the log is shown, once nothing else is asked for. */
export function keepJournal(client: QueryClient, router: Router): void {
  const session = useSession()
  const { connection } = navigator as { connection?: { saveData?: boolean } }
  const look = async () => {
    if (connection?.saveData) return
    do await new Promise((over) => setTimeout(over, 1_000))
    while (client.isFetching() > 0)
    if (router.currentRoute.value.name !== 'race-log' || session.state !== 'signedIn' || !session.driver)
      return
    await client.prefetchQuery(keptQuery(session.driver.driverId))
  }
  router.afterEach(() => void look())
  void look()
}

/** The entries that a search and the journal's own filters leave, as the server would tell. */
export function among(
  items: readonly JournalItem[],
  search: string,
  { tag, sentiment }: JournalFilters,
): JournalItem[] {
  const words = search.toLowerCase().split(/\s+/)
  return items.filter(({ entry }) => {
    const tags = entry.tags.map((one) => one.toLowerCase())
    const text = [entry.notes.toLowerCase(), ...tags].join(' ')
    return (
      words.every((word) => text.includes(word)) &&
      (!tag || tags.includes(tag.toLowerCase())) &&
      (!sentiment || sentimentOf(entry.tags) === sentiment)
    )
  })
}
