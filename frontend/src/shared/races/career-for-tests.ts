import { aRace } from '@/shared/api/race-for-tests'
import type { Discipline, RaceKind } from '@/shared/api/types'

import { toRow, type RaceRow } from './rows'

/** A career of so many races, all of them different, the same for a seed each time; newest first, as the log has them. */
export function aCareer(races: number, timeZone = 'UTC', seed = 42): RaceRow[] {
  const below = (limit: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((seed / 2_147_483_648) * limit)
  }
  const one = <Value>(values: readonly Value[]) => values[below(values.length)]!
  const disciplines: (Discipline | null)[] = ['sports_car', 'formula_car', 'oval', 'road', null]
  const kinds: RaceKind[] = ['official', 'official', 'official', 'hosted', 'league', 'unofficial']
  let at = Date.parse('2020-01-05T18:00:00Z')
  return Array.from({ length: races }, (_, index) => {
    at += below(60) * 3_600_000
    const kind = one(kinds)
    const official = kind === 'official'
    const classCount = one([1, 1, 3])
    const fieldSize = 10 + below(30)
    const place = below(8) === 0 ? null : 1 + below(fieldSize)
    return toRow(
      aRace({
        subsessionId: index + 1,
        startTime: new Date(at).toISOString(),
        kind,
        discipline: one(disciplines),
        seriesId: official ? 1 + below(9) : null,
        seriesName: 'A series',
        seasonYear: official ? 2020 + below(4) : null,
        seasonQuarter: official ? 1 + below(4) : null,
        trackId: 1 + below(12),
        carId: 1 + below(6),
        classCount,
        fieldSize,
        fieldSizeInClass: fieldSize,
        startPosition: 1 + below(fieldSize),
        startPositionInClass: classCount > 1 ? one([null, 1 + below(9)]) : null,
        finishPosition: place,
        finishPositionInClass: one([null, place]),
        lapsComplete: below(40),
        lapsLed: below(4),
        incidents: below(9),
        strengthOfField: one([null, 900 + below(3000)]),
        averageLapTime: one([null, 900_000 + below(100_000)]),
        bestLapTime: one([null, 880_000 + below(60_000)]),
        oldIrating: one([null, -1, 1500 + below(900)]),
        newIrating: one([null, 1500 + below(900)]),
        qualifyingTime: one([null, 870_000 + below(60_000)]),
        oldCpi: one([null, -1, 20 + below(300) / 7, 30 + below(300) / 7]),
        newCpi: one([null, 20 + below(300) / 7, 30 + below(300) / 7]),
        reasonOut: one(['Running', 'Running', 'Disconnected']),
      }),
      timeZone,
    )
  }).reverse()
}
