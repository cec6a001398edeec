import type { EntrantAnalysis, LapClass, LapReason, LapSpread, RaceAnalysis } from '@/shared/api/types'

import type { ResultRow } from '../model'

/** Classes of laps that the statistics of pace leave out; the grid is no lap. */
export const LEFT_OUT = [
  'first',
  'in',
  'out',
  'caution',
  'invalid',
  'tow',
  'outlier',
] as const satisfies LapClass[]

/** An entrant, or one driver of a team. */
export interface PaceRow {
  row: ResultRow
  /** The driver's name, in a team. */
  driver: string | null
  pace: EntrantAnalysis['paces'][number]
}

/** The entrants of one class, and what their boxes are drawn on. */
export interface PaceGroup {
  carClassId: number
  className: string
  spread: LapSpread | null
  rows: PaceRow[]
  /** From the fastest to the slowest pace lap of the class. */
  range: readonly [number, number] | null
}

export type PaceOrder = 'finish' | 'median' | 'best' | 'consistency' | 'fade'

/** Everybody with pace laps by class, the driver's own first, in the wanted order; whoever has no rank comes last. */
export function paceGroups(
  analysis: RaceAnalysis,
  rows: readonly ResultRow[],
  carClassId: number | null,
  order: PaceOrder,
): PaceGroup[] {
  const byEntrant = new Map(analysis.entrants.map((entrant) => [entrant.entrantId, entrant]))
  const own = rows.find(({ me }) => me)?.carClassId
  return [...analysis.carClasses]
    .sort((a, b) => Number(b.carClassId === own) - Number(a.carClassId === own))
    .filter((carClass) => carClassId === null || carClass.carClassId === carClassId)
    .flatMap(({ carClassId: id, spread }) => {
      const members = rows
        .filter((row) => row.carClassId === id)
        .flatMap((row): PaceRow[] =>
          (byEntrant.get(row.entrantId)?.paces ?? [])
            .filter(({ paceLaps }) => paceLaps > 0)
            .map((pace) => {
              const driver = row.drivers.find(({ driverId }) => driverId === pace.driverId)
              return { row, driver: driver?.name ?? null, pace }
            }),
        )
      if (order !== 'finish') {
        members.sort((a, b) => (a.pace.ranks[order] ?? Infinity) - (b.pace.ranks[order] ?? Infinity) || 0)
      }
      if (members.length === 0) return []
      const range = spread ? ([spread.fastest, spread.slowest] as const) : null
      return [
        {
          carClassId: id,
          className: members[0]!.row.className,
          spread: spread ?? null,
          rows: members,
          range,
        },
      ]
    })
}

/** Where a value lies between the ends of a range, from 0 to 1. */
export function share(value: number, [from, to]: readonly [number, number]): number {
  return to > from ? Math.min(Math.max((value - from) / (to - from), 0), 1) : 0.5
}

/** A lap with its class, and why it is of it. */
export interface ClassifiedLap {
  lap: number
  lapClass: LapClass
  reason: LapReason
  /** Found from session times, as iRacing gave no time. */
  recovered: number | null
}

/** The laps of an entrant with their classes; `laps` are their numbers in the order of the wire. */
export function classifiedLaps(
  analysis: RaceAnalysis,
  entrantId: string,
  laps: readonly number[],
): ClassifiedLap[] {
  const own = analysis.entrants.find((entrant) => entrant.entrantId === entrantId)
  if (!own) return []
  const recovered = new Map(own.recovered.map(({ lap, lapTime }) => [lap, lapTime]))
  return laps.flatMap((lap, index) => {
    const lapClass = analysis.lapClasses[own.lapClass[index] ?? -1]
    const reason = analysis.lapReasons[own.lapReason[index] ?? -1]
    return lapClass && reason ? [{ lap, lapClass, reason, recovered: recovered.get(lap) ?? null }] : []
  })
}

/** How many laps there are of each class. */
export function countsOf(laps: readonly ClassifiedLap[]): Map<LapClass, number> {
  const counts = new Map<LapClass, number>()
  for (const { lapClass } of laps) counts.set(lapClass, (counts.get(lapClass) ?? 0) + 1)
  return counts
}
