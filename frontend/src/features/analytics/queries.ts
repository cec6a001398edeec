import { queryOptions } from '@tanstack/vue-query'

import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'

/** Rating curves with what the races in memory do not tell: iRacing's own charts of the time before the first race. */
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
    // They follow an import, so they are asked for again after a while.
    staleTime: 5 * 60_000,
    structuralSharing: false,
  })
