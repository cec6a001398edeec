import { queryOptions } from '@tanstack/vue-query'

import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'
import type { JournalItem } from '@/shared/api/types'

/** Everything that the driver wrote, newest race first. */
export const notesQuery = (driverId: number) =>
  queryOptions({
    queryKey: ['journal', driverId, 'all'],
    queryFn: async ({ signal }) => {
      const items: JournalItem[] = []
      let cursor: string | undefined
      do {
        const page = await answered(
          api.GET('/driver/{driver_id}/journal', {
            params: { path: { driver_id: driverId }, query: { limit: 100, ...(cursor ? { cursor } : {}) } },
            signal,
          }),
        )
        items.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor)
      return items
    },
    staleTime: 60_000,
  })
