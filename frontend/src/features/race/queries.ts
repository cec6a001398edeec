import { queryOptions } from '@tanstack/vue-query'

import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'

export const raceKeys = {
  all: ['race'] as const,
  own: (driverId: number, driverRaceId: string) => [...raceKeys.all, 'own', driverId, driverRaceId] as const,
  session: (subsessionId: number) => [...raceKeys.all, 'session', subsessionId] as const,
  laps: (subsessionId: number, simsession: number) =>
    [...raceKeys.session(subsessionId), 'laps', simsession] as const,
  analysis: (subsessionId: number, simsession: number, entrant: string | null) =>
    [...raceKeys.session(subsessionId), 'analysis', simsession, entrant] as const,
}

const MINUTES = 60_000

/** The driver's own part in a race. */
export const ownRaceQuery = (driverId: number, driverRaceId: string) =>
  queryOptions({
    queryKey: raceKeys.own(driverId, driverRaceId),
    queryFn: ({ signal }) =>
      answered(
        api.GET('/driver/{driver_id}/races/{driver_race_id}', {
          params: { path: { driver_id: driverId, driver_race_id: driverRaceId } },
          signal,
        }),
      ),
    staleTime: 5 * MINUTES,
  })

/** The whole session: facts, classes, entrants and their results. */
export const sessionQuery = (subsessionId: number) =>
  queryOptions({
    queryKey: raceKeys.session(subsessionId),
    queryFn: ({ signal }) =>
      answered(
        api.GET('/session/{subsession_id}', { params: { path: { subsession_id: subsessionId } }, signal }),
      ),
    staleTime: 5 * MINUTES,
    structuralSharing: false,
    // Plain objects: reactive ones would make each of some hundred thousand numbers slow to read.
    shallow: true,
  })

/** The laps of the whole field in one simsession, in one request. */
export const lapsQuery = (subsessionId: number, simsession: number) =>
  queryOptions({
    queryKey: raceKeys.laps(subsessionId, simsession),
    queryFn: ({ signal }) =>
      answered(
        api.GET('/session/{subsession_id}/laps', {
          params: { path: { subsession_id: subsessionId }, query: { simsession } },
          signal,
        }),
      ),
    staleTime: 30 * MINUTES,
    structuralSharing: false,
    // Plain objects: reactive ones would make each of some hundred thousand numbers slow to read.
    shallow: true,
  })

/** What the laps say, and the story of one entrant: of the driver, unless another one is named. */
export const analysisQuery = (subsessionId: number, simsession: number, entrant: string | null) =>
  queryOptions({
    queryKey: raceKeys.analysis(subsessionId, simsession, entrant),
    queryFn: ({ signal }) =>
      answered(
        api.GET('/session/{subsession_id}/analysis', {
          params: {
            path: { subsession_id: subsessionId },
            query: { simsession, ...(entrant ? { entrant } : {}) },
          },
          signal,
        }),
      ),
    staleTime: 30 * MINUTES,
    structuralSharing: false,
    // Plain objects: reactive ones would make each of some hundred thousand numbers slow to read.
    shallow: true,
  })
