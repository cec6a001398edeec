import { infiniteQueryOptions, type InfiniteData, type QueryClient } from '@tanstack/vue-query'

import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'
import type { Race, RaceList } from '@/shared/api/types'

import { startOf } from './rows'

export type RacePages = InfiniteData<RaceList, string | null>

const PAGE = 100

interface Stretch {
  from?: string
  to?: string
  cursor?: string
}

async function racesPage(driverId: number, stretch: Stretch, signal?: AbortSignal): Promise<RaceList> {
  return answered(
    api.GET('/driver/{driver_id}/races', {
      params: { path: { driver_id: driverId }, query: { ...stretch, limit: PAGE } },
      signal,
    }),
  )
}

export const raceLogKeys = {
  all: ['races'] as const,
  list: (driverId: number) => [...raceLogKeys.all, driverId] as const,
}

/** All races of a driver, page by page; in memory only, and kept current by {@link readNewer} and {@link readRaces}. */
export const raceLogQuery = (driverId: number) =>
  infiniteQueryOptions({
    queryKey: raceLogKeys.list(driverId),
    queryFn: ({ pageParam, signal }) => racesPage(driverId, pageParam ? { cursor: pageParam } : {}, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: Infinity,
    gcTime: Infinity,
    structuralSharing: false,
  })

/** All races of all pages, newest first, each once. */
export function racesOf(pages: Pick<RacePages, 'pages'> | undefined): Race[] {
  const races = new Map<string, Race>()
  for (const page of pages?.pages ?? []) for (const race of page.items) races.set(race.driverRaceId, race)
  return [...races.values()].sort((a, b) =>
    a.startTime === b.startTime ? b.subsessionId - a.subsessionId : a.startTime < b.startTime ? 1 : -1,
  )
}

/** The pages with some races put in or replaced; the cursors stay as they are. */
export function withRaces(pages: RacePages, races: readonly Race[]): RacePages {
  if (races.length === 0) return pages
  const fresh = new Map(races.map((race) => [race.driverRaceId, race]))
  const updated = pages.pages.map((page) => ({
    ...page,
    items: page.items.map((race) => {
      const newer = fresh.get(race.driverRaceId)
      if (newer) fresh.delete(race.driverRaceId)
      return newer ?? race
    }),
  }))
  const [first, ...rest] = updated
  if (!first) return pages
  return { ...pages, pages: [{ ...first, items: [...fresh.values(), ...first.items] }, ...rest] }
}

function putIn(client: QueryClient, driverId: number, races: readonly Race[]): number {
  const key = raceLogKeys.list(driverId)
  const known = client.getQueryData<RacePages>(key)
  if (!known) return 0
  const ids = new Set(known.pages.flatMap((page) => page.items.map((race) => race.driverRaceId)))
  client.setQueryData<RacePages>(key, (pages) => pages && withRaces(pages, races))
  return races.filter((race) => !ids.has(race.driverRaceId)).length
}

/** Reads the races that the server named and puts them into the log: one request for up to a hundred. */
export async function readRaces(
  client: QueryClient,
  driverId: number,
  ids: readonly string[],
): Promise<number> {
  const starts = ids.map(startOf).filter(Number.isFinite)
  if (starts.length === 0 || !client.getQueryData(raceLogKeys.list(driverId))) return 0
  const from = new Date(Math.min(...starts)).toISOString()
  const to = new Date(Math.max(...starts) + 1000).toISOString()
  let added = 0
  let cursor: string | undefined
  do {
    const page = await racesPage(driverId, { from, to, cursor })
    added += putIn(client, driverId, page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return added
}

/**
 * Reads pages from `before` (or now) backwards until one holds nothing new, and puts them into the log. An import goes
 * backwards in time, so this finds what it has brought since the last look.
 */
export async function readNewer(
  client: QueryClient,
  driverId: number,
  before: string | null,
): Promise<number> {
  if (!client.getQueryData(raceLogKeys.list(driverId))) return 0
  let added = 0
  let cursor: string | undefined
  for (;;) {
    const page = await racesPage(driverId, { to: before ?? undefined, cursor })
    const fresh = putIn(client, driverId, page.items)
    added += fresh
    cursor = page.nextCursor ?? undefined
    if (fresh === 0 || !cursor) return added
  }
}
