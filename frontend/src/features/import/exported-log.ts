import type { LogImport } from '@/shared/api/types'

/** What an export of Spinout's in JSON calls itself, at its very beginning. */
const SIGNATURE = /^\s*\{\s*"format"\s*:\s*"spinout-log-\d+"/

/** How much of a log the server gets at once, so that a career of any length fits. An entry has up to 20,000 letters. */
const RACES_AT_ONCE = 500
const ENTRIES_AT_ONCE = 100
/** Letters of sessions at once. A Lambda takes 6 MB; one session has up to 3. */
const SESSIONS_AT_ONCE = 2_500_000

/** Whether a file is `log.json` or sessions of an export, told by its beginning. */
export async function isExportedLog(file: Blob): Promise<boolean> {
  return SIGNATURE.test(await file.slice(0, 200).text())
}

/** A log as the texts of smaller ones: first the races, then what is about them, and sessions, one after the other. */
export function* partsOfLog(text: string): Generator<string> {
  type List = unknown[] | undefined
  const { races, journal, earlierResults, sessions, ...head } = JSON.parse(text) as Record<string, List>
  const part = (lists: Record<string, List>) => JSON.stringify({ ...head, races: [], journal: [], ...lists })
  for (const some of slices(races ?? [], RACES_AT_ONCE)) yield part({ races: some })
  for (const some of slices(earlierResults ?? [], RACES_AT_ONCE)) yield part({ earlierResults: some })
  for (const some of slices(journal ?? [], ENTRIES_AT_ONCE)) yield part({ journal: some })
  for (const some of bySize(sessions ?? [], SESSIONS_AT_ONCE)) yield part({ sessions: some })
}

/** As many at once as have no more letters together, and one that has more alone. */
function* bySize(all: unknown[], most: number): Generator<unknown[]> {
  let some: unknown[] = []
  let size = 0
  for (const one of all) {
    const length = JSON.stringify(one).length
    if (some.length > 0 && size + length > most) {
      yield some
      ;[some, size] = [[], 0]
    }
    some.push(one)
    size += length
  }
  if (some.length > 0) yield some
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
    sessionsImported: total('sessionsImported'),
    sessionsKnown: total('sessionsKnown'),
  }
}
