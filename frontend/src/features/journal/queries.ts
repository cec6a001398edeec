import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/vue-query'

import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'
import type { Slot } from '@/shared/offline/drafts'

import type { JournalPort } from './editor'
import type { Draft, listParameters } from './model'

/** What the list is asked for. */
type Parameters = ReturnType<typeof listParameters>

export const journalKeys = {
  /** Whatever was read of a driver's journal, by this feature or another. */
  of: (driverId: number) => ['journal', driverId] as const,
  list: (driverId: number, parameters: Parameters) =>
    [...journalKeys.of(driverId), 'list', parameters] as const,
  entry: (driverId: number, driverRaceId: string) =>
    [...journalKeys.of(driverId), 'entry', driverRaceId] as const,
  related: (driverId: number, driverRaceId: string) =>
    [...journalKeys.of(driverId), 'related', driverRaceId] as const,
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

/** Keeps the words about a race on the server, and in a slot of this device until they are there. */
export function portOf(
  client: QueryClient,
  driverId: number,
  driverRaceId: string,
  slot: Slot<Draft>,
): JournalPort {
  const entryKey = journalKeys.entry(driverId, driverRaceId)
  return {
    put: async ({ notes, tags, replayLink, lap }, version) => {
      const kept = await answered(
        api.PUT('/driver/{driver_id}/races/{driver_race_id}/journal', {
          params: { path: pathOf(driverId, driverRaceId) },
          body: { notes, tags, replayLink: replayLink.trim() || null, lap, version },
        }),
      )
      // Who opens the race's page just now may have been answered what was there before.
      await client.cancelQueries({ queryKey: entryKey })
      client.setQueryData(entryKey, kept)
      void client.invalidateQueries({
        queryKey: journalKeys.of(driverId),
        // What belongs to one race tells of other entries only.
        predicate: ({ queryKey }) => queryKey[2] !== 'entry' && queryKey[2] !== 'related',
      })
      return kept
    },
    keepDraft: slot.keep,
    dropDraft: slot.drop,
  }
}
