import { queryOptions } from '@tanstack/vue-query'

import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'
import type { Description, JournalItem } from '@/shared/api/types'

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

/** What iRacing describes. */
export type Described = 'track' | 'car' | 'series'

const described: Record<Described, (id: number, signal: AbortSignal) => Promise<Description>> = {
  track: (id, signal) =>
    answered(api.GET('/track/{track_id}/description', { params: { path: { track_id: id } }, signal })),
  car: (id, signal) =>
    answered(api.GET('/car/{car_id}/description', { params: { path: { car_id: id } }, signal })),
  series: (id, signal) =>
    answered(api.GET('/series/{series_id}/description', { params: { path: { series_id: id } }, signal })),
}

export const descriptionQuery = (kind: Described, id: number) =>
  queryOptions({
    queryKey: ['reference', 'description', kind, id],
    queryFn: ({ signal }) => described[kind](id, signal),
    staleTime: 3_600_000,
  })
