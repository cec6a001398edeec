import { api } from '@/shared/api/client'
import { answered } from '@/shared/api/problem'
import type { ImportOutcome, LogImport } from '@/shared/api/types'

/** Sends one exported file as it is; `driverName` tells who the driver is where the file has no member ids. */
export function importEventResult(text: string, driverName?: string): Promise<ImportOutcome> {
  return answered<ImportOutcome>(
    api.POST('/import/event-result', {
      params: { query: { driverName } },
      body: text as never,
      bodySerializer: (body: unknown) => body as string,
      headers: { 'Content-Type': 'application/json' },
    }),
  )
}

/** Sends a part of an exported log. */
export function importLog(text: string): Promise<LogImport> {
  return answered<LogImport>(
    api.POST('/import/log', {
      body: text as never,
      bodySerializer: (body: unknown) => body as string,
      headers: { 'Content-Type': 'application/json' },
    }),
  )
}
