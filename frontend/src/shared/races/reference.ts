import { queryOptions } from '@tanstack/vue-query'

import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'
import type { TrackMapLayerName } from '@/shared/api/types'

/** iRacing's lists change about once a season. */
const STALE = 3_600_000

export const tracksQuery = queryOptions({
  queryKey: ['reference', 'tracks'],
  queryFn: ({ signal }) => answered(api.GET('/tracks', { signal })),
  staleTime: STALE,
  structuralSharing: false,
})

export const carsQuery = queryOptions({
  queryKey: ['reference', 'cars'],
  queryFn: ({ signal }) => answered(api.GET('/cars', { signal })),
  staleTime: STALE,
  structuralSharing: false,
})

export const seriesQuery = queryOptions({
  queryKey: ['reference', 'series'],
  queryFn: ({ signal }) => answered(api.GET('/series', { signal })),
  staleTime: STALE,
  structuralSharing: false,
})

/** A track's map, or some of its layers. */
export const trackMapQuery = (trackId: number, layers: TrackMapLayerName[] = []) =>
  queryOptions({
    queryKey: ['reference', 'track-map', trackId, ...layers],
    queryFn: ({ signal }) =>
      answered(
        api.GET('/track/{track_id}/map', {
          params: { path: { track_id: trackId }, query: { layer: layers } },
          signal,
        }),
      ),
    staleTime: Infinity,
    structuralSharing: false,
  })
