import type { LogImport } from '@/shared/api/types'

/** What an export of Spinout's in JSON calls itself, at its very beginning. */
const SIGNATURE = /^\s*\{\s*"format"\s*:\s*"spinout-log-\d+"/

/** How much of a log the server gets at once, so that a career of any length fits. An entry has up to 20,000 letters. */
const RACES_AT_ONCE = 500
const ENTRIES_AT_ONCE = 100

/** Whether a file is `log.json` of an export, told by its beginning. */
export async function isExportedLog(file: Blob): Promise<boolean> {
  return SIGNATURE.test(await file.slice(0, 200).text())
}

/** A log as the texts of smaller ones: first the races, then the entries about them. */
export function partsOfLog(text: string): string[] {
  const { races, journal, ...head } = JSON.parse(text) as { races: unknown[]; journal: unknown[] }
  const part = (races: unknown[], journal: unknown[]) => JSON.stringify({ ...head, races, journal })
  return [
    ...slices(races, RACES_AT_ONCE).map((some) => part(some, [])),
    ...slices(journal, ENTRIES_AT_ONCE).map((some) => part([], some)),
  ]
}

function slices(all: unknown[], size: number): unknown[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  )
}

export function sumOf(parts: readonly LogImport[]): LogImport {
  const total = (key: keyof LogImport) => parts.reduce((sum, part) => sum + part[key], 0)
  return {
    racesImported: total('racesImported'),
    racesKnown: total('racesKnown'),
    entriesImported: total('entriesImported'),
    entriesKnown: total('entriesKnown'),
  }
}
