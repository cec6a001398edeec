import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'

import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'
import type { JournalEntry } from '@/shared/api/types'

import type { listParameters, Words } from './model'

/** What the list is asked for. */
type Parameters = ReturnType<typeof listParameters>

export const journalKeys = {
  all: ['journal'] as const,
  lists: (driverId: number) => [...journalKeys.all, driverId, 'list'] as const,
  list: (driverId: number, parameters: Parameters) => [...journalKeys.lists(driverId), parameters] as const,
  entry: (driverId: number, driverRaceId: string) =>
    [...journalKeys.all, driverId, 'entry', driverRaceId] as const,
  related: (driverId: number, driverRaceId: string) =>
    [...journalKeys.all, driverId, 'related', driverRaceId] as const,
}

const PAGE = 30

/** What the driver wrote, newest race first, page by page. */
export const journalQuery = (driverId: number, parameters: Parameters) =>
  infiniteQueryOptions({
    queryKey: journalKeys.list(driverId, parameters),
    queryFn: ({ pageParam, signal }) =>
      answered(
        api.GET('/driver/{driver_id}/journal', {
          params: {
            path: { driver_id: driverId },
            query: {
              ...parameters,
              limit: PAGE,
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: 60_000,
  })

function pathOf(driverId: number, driverRaceId: string) {
  return { driver_id: driverId, driver_race_id: driverRaceId }
}

/** The entry of a race, of version 0 if there is none. Always asked for anew: another device may have written. */
export const entryQuery = (driverId: number, driverRaceId: string) =>
  queryOptions({
    queryKey: journalKeys.entry(driverId, driverRaceId),
    queryFn: ({ signal }) =>
      answered(
        api.GET('/driver/{driver_id}/races/{driver_race_id}/journal', {
          params: { path: pathOf(driverId, driverRaceId) },
          signal,
        }),
      ),
    gcTime: 0,
  })

/** What the driver wrote about other races on the track or in the car. */
export const relatedQuery = (driverId: number, driverRaceId: string) =>
  queryOptions({
    queryKey: journalKeys.related(driverId, driverRaceId),
    queryFn: ({ signal }) =>
      answered(
        api.GET('/driver/{driver_id}/races/{driver_race_id}/journal/related', {
          params: { path: pathOf(driverId, driverRaceId) },
          signal,
        }),
      ),
    staleTime: 60_000,
  })

export function putEntry(
  driverId: number,
  driverRaceId: string,
  words: Words,
  version: number,
): Promise<JournalEntry> {
  return answered(
    api.PUT('/driver/{driver_id}/races/{driver_race_id}/journal', {
      params: { path: pathOf(driverId, driverRaceId) },
      body: { ...words, replayLink: words.replayLink.trim() || null, version },
    }),
  )
}

export async function removeEntry(driverId: number, driverRaceId: string): Promise<void> {
  await answered(
    api.DELETE('/driver/{driver_id}/races/{driver_race_id}/journal', {
      params: { path: pathOf(driverId, driverRaceId) },
    }),
  )
}
