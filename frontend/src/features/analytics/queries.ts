import { queryOptions } from '@tanstack/vue-query'

import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'

// What the races that are in memory do not tell. Both follow an import, so they are asked for again after a while.
const STALE = 5 * 60_000

/** Personal bests with those of qualifying, over all races. */
export const bestsQuery = (driverId: number) =>
  queryOptions({
    queryKey: ['analytics', driverId, 'bests'],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/driver/{driver_id}/analytics/bests', { params: { path: { driver_id: driverId } }, signal }),
      ),
    staleTime: STALE,
    structuralSharing: false,
  })

/** Rating curves with what iRacing's own charts say of the time before the first race. */
export const ratingsQuery = (driverId: number) =>
  queryOptions({
    queryKey: ['analytics', driverId, 'ratings'],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/driver/{driver_id}/analytics/ratings', {
          params: { path: { driver_id: driverId } },
          signal,
        }),
      ),
    staleTime: STALE,
    structuralSharing: false,
  })
