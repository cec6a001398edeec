import { queryOptions, type QueryClient } from '@tanstack/vue-query'

import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'
import type { Driver, Run, RunList } from '@/shared/api/types'

import { withRun } from './model'

export const syncKeys = {
  all: ['sync'] as const,
  runs: () => [...syncKeys.all, 'runs'] as const,
  driver: (driverId: number) => [...syncKeys.all, 'driver', driverId] as const,
}

/** The driver's latest ingestion runs, newest first; pushes keep it current. */
export const runsQuery = () =>
  queryOptions({
    queryKey: syncKeys.runs(),
    queryFn: ({ signal }) =>
      answered<RunList>(api.GET('/ingestion/runs', { params: { query: { limit: 5 } }, signal })),
    staleTime: Infinity,
  })

/** The driver's record: how far it is synced, and until when another sync is refused. */
export const driverQuery = (driverId: number) =>
  queryOptions({
    queryKey: syncKeys.driver(driverId),
    queryFn: ({ signal }) =>
      answered<Driver>(api.GET('/driver/{driver_id}', { params: { path: { driver_id: driverId } }, signal })),
    staleTime: 60_000,
  })

export function startRun(): Promise<Run> {
  return answered(api.POST('/ingestion/race'))
}

/** Takes a run as the server last told of it. */
export function takeRun(client: QueryClient, run: Run): void {
  client.setQueryData<RunList>(syncKeys.runs(), (list) => ({
    ...list,
    items: withRun(list?.items ?? [], run),
  }))
}
