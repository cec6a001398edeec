import { queryOptions } from '@tanstack/vue-query'

import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'
import type { Export, ExportFormat } from '@/shared/api/types'

import { isUnderWay, type Scope } from './model'

const POLL_EVERY = 1_500

export const exportKeys = {
  list: (driverId: number) => ['exports', driverId] as const,
}

/** The exports of the last week, newest first; asked again while one is under way. */
export const exportsQuery = (driverId: number) =>
  queryOptions({
    queryKey: exportKeys.list(driverId),
    queryFn: async ({ signal }) =>
      (
        await answered(
          api.GET('/driver/{driver_id}/exports', { params: { path: { driver_id: driverId } }, signal }),
        )
      ).items,
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? POLL_EVERY : false),
  })

export function startExport(driverId: number, format: ExportFormat): Promise<Export> {
  return answered(
    api.POST('/driver/{driver_id}/exports', {
      params: { path: { driver_id: driverId } },
      body: { format },
    }),
  )
}

export async function exportFile(driverId: number, exportId: string, file: string): Promise<Blob> {
  return (await answered(
    api.GET('/driver/{driver_id}/exports/{export_id}/files/{file}', {
      params: { path: { driver_id: driverId, export_id: exportId, file } },
      parseAs: 'blob',
    }),
  )) as unknown as Blob
}

/** A scope as the server's filters say it. */
function filterOf(scope: Scope) {
  if (scope.kind === 'all') return {}
  return scope.kind === 'race' ? { driverRaceId: [scope.id] } : { [`${scope.kind}Id`]: [scope.id] }
}

/** Deletes the races of a scope, if they are as many as the driver was told. */
export async function deleteRaces(driverId: number, scope: Scope, expected: number): Promise<number> {
  const { deleted } = await answered(
    api.DELETE('/driver/{driver_id}/races', {
      params: {
        path: { driver_id: driverId },
        query: { ...filterOf(scope), expected },
      },
    }),
  )
  return deleted
}

export async function deleteAccount(driverId: number, confirm: string): Promise<void> {
  await answered(
    api.DELETE('/driver/{driver_id}', { params: { path: { driver_id: driverId }, query: { confirm } } }),
  )
}
