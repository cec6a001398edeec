import { queryOptions, type QueryClient } from '@tanstack/vue-query'

import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'
import type { Driver, FailedRaceList, Run, RunList } from '@/shared/api/types'

import { isActive, withRun } from './model'

export const syncKeys = {
  all: ['sync'] as const,
  runs: () => [...syncKeys.all, 'runs'] as const,
  failedRaces: () => [...syncKeys.all, 'failed-races'] as const,
  driver: (driverId: number) => [...syncKeys.all, 'driver', driverId] as const,
}

const POLL_EVERY = 5_000

/** The driver's latest ingestion runs, newest first. Pushes keep it current; without them a run at work is polled. */
export const runsQuery = (pushed: () => boolean) =>
  queryOptions({
    queryKey: syncKeys.runs(),
    queryFn: ({ signal }) =>
      answered<RunList>(api.GET('/ingestion/runs', { params: { query: { limit: 5 } }, signal })),
    staleTime: Infinity,
    refetchInterval: ({ state }) => (!pushed() && isActive(state.data?.items[0]) ? POLL_EVERY : false),
  })

/** The driver's record: how far it is synced, and until when another sync is refused. */
export const driverQuery = (driverId: number) =>
  queryOptions({
    queryKey: syncKeys.driver(driverId),
    queryFn: ({ signal }) =>
      answered<Driver>(api.GET('/driver/{driver_id}', { params: { path: { driver_id: driverId } }, signal })),
    staleTime: 60_000,
  })

/** Races that could not be imported, or not wholly: why, and when they are tried again. */
export const failedRacesQuery = () =>
  queryOptions({
    queryKey: syncKeys.failedRaces(),
    queryFn: ({ signal }) => answered<FailedRaceList>(api.GET('/ingestion/failed-races', { signal })),
    staleTime: 60_000,
  })

export async function retryRace(subsessionId: number): Promise<void> {
  await answered(
    api.POST('/ingestion/failed-races/{subsession_id}/retry', {
      params: { path: { subsession_id: subsessionId } },
    }),
  )
}

export async function setDailySync(driverId: number, enabled: boolean): Promise<void> {
  await answered(
    api.PUT('/driver/{driver_id}/daily-sync', {
      params: { path: { driver_id: driverId } },
      body: { enabled },
    }),
  )
}

export function startRun(): Promise<Run> {
  return answered(api.POST('/ingestion/race'))
}

/** Takes a run as the server last told of it. */
export function takeRun(client: QueryClient, run: Run): void {
  client.setQueryData<RunList>(syncKeys.runs(), (list) => ({
    nextCursor: list?.nextCursor ?? null,
    items: withRun(list?.items ?? [], run),
  }))
}
