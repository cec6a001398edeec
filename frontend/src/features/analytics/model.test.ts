import { describe, expect, it } from 'vitest'

import { aRace } from '@/shared/api/race-for-tests'
import type { Race } from '@/shared/api/types'
import { aCareer } from '@/shared/races/career-for-tests'
import { NO_FILTERS, type Filters } from '@/shared/races/filters'
import { toRow, type RaceRow } from '@/shared/races/rows'
import { tallyOf, type Tally } from '@/shared/races/tally'

import { timeLabels } from './charts/time-axis'
import { completedCurves, curvesOf, licenseAt, ratingCurves, safetyHeight } from './curves'
import { COLUMNS, DIMENSIONS, figure, groupBy, sortGroups, usualSort } from './groups'
import { milestonesOf, streaksOf } from './moments'
import {
  calendarOf,
  following,
  GRANULARITIES,
  iracingWeek,
  periodOf,
  timeSeries,
  withGaps,
  yearOf,
} from './periods'

const CORNERS = new Map([
  [1, 12],
  [2, 18],
])
const career = aCareer(400, 'America/New_York')
const careers = Array.from({ length: 40 }, (_, seed) => aCareer(100, 'America/New_York', seed + 1))
const rows = (...races: Partial<Race>[]) =>
  races.map((race, index) => toRow(aRace({ subsessionId: index + 1, ...race }), 'UTC'))

/** All that is counted, added up: numbers, sums with their races, and ratings but for where they began and ended. */
function sums(tallies: readonly Tally[]): Record<string, number> {
  const all: Record<string, number> = {}
  const add = (name: string, value: object | number | null): void => {
    if (typeof value === 'number') all[name] = (all[name] ?? 0) + value
    else if (value !== null) {
      const parts = value instanceof Map ? value : Object.entries(value)
      for (const [key, part] of parts as Iterable<[string, number | object]>) {
        const ends = 'gain' in value && ['start', 'end', 'first', 'last'].includes(key)
        if (!ends) add(`${name}.${key}`, part)
      }
    }
  }
  for (const tally of tallies) add('tally', tally)
  return all
}

describe('groups', () => {
  it.each(DIMENSIONS)('add up to all races: %s', (dimension) => {
    for (const races of careers) {
      const groups = groupBy(races, dimension, CORNERS)
      expect(sums(groups.map(({ tally }) => tally))).toEqual(sums([tallyOf(races, CORNERS)]))
    }
  })

  it.each(DIMENSIONS)('have an order that does not depend on how the races came: %s', (dimension) => {
    const order = (races: typeof career) =>
      sortGroups(groupBy(races, dimension, CORNERS), dimension, usualSort(dimension), ({ name }) => name).map(
        ({ value }) => value,
      )
    expect(order([...career].reverse())).toEqual(order(career))
  })
})

describe('columns', () => {
  it('tell incidents by race, lap and corner, and the change of both ratings', () => {
    const tally = tallyOf(
      rows(
        { trackId: 1, lapsComplete: 10, incidents: 6, oldCpi: 20, newCpi: 21.5 },
        { trackId: 99, lapsComplete: 10, incidents: 2, oldCpi: 21.5, newCpi: 21 },
      ),
      CORNERS,
    )
    const figures = (['incidents', 'incidentsPerLap', 'incidentsPerCorner', 'irating', 'cpi'] as const).map(
      (column) => [COLUMNS.includes(column), figure(column, tally)],
    )
    expect(figures).toEqual([
      [true, 4],
      [true, 0.4],
      [true, 5],
      [true, 80],
      [true, 1],
    ])
  })

  it('have no change of ratings over several disciplines', () => {
    const tally = tallyOf(rows({}, { discipline: 'oval' }), CORNERS)
    expect(figure('irating', tally)).toBeNull()
    expect(figure('cpi', tallyOf(rows({}), CORNERS))).toBeNull()
  })
})

describe('periods', () => {
  it.each(GRANULARITIES)('add up to all races, earliest first: %s', (granularity) => {
    for (const races of careers) {
      const periods = timeSeries(races, granularity, CORNERS)
      expect(sums(periods.map(({ tally }) => tally))).toEqual(sums([tallyOf(races, CORNERS)]))
      const keys = periods.map(({ key }) => key)
      expect(keys).toEqual([...keys].sort())
    }
  })

  it('are those of the driver’s clock on both sides of its change', () => {
    const day = (startTime: string) => periodOf(toRow(aRace({ startTime }), 'America/New_York'), 'day')
    expect(day('2026-03-08T04:30:00Z')).toBe('2026-03-07')
    expect(day('2026-03-09T03:30:00Z')).toBe('2026-03-08')
    expect(day('2026-03-09T04:30:00Z')).toBe('2026-03-09')
  })

  it('begin weeks on Monday, and race weeks on Tuesday at midnight UTC', () => {
    const [sunday] = rows({ startTime: '2026-03-01T18:00:00Z' })
    expect(periodOf(sunday!, 'week')).toBe('2026-02-23')
    expect(iracingWeek(Date.parse('2026-03-02T23:59:59Z'))).toBe('2026-02-24')
    expect(iracingWeek(Date.parse('2026-03-03T00:00:00Z'))).toBe('2026-03-03')
  })

  it('show gaps as gaps, over the ends of years', () => {
    expect(following('2025-12-31', 'day')).toBe('2026-01-01')
    expect(following('2025-12-01', 'month')).toBe('2026-01-01')
    expect(following('2025S4', 'season')).toBe('2026S1')
    const months = timeSeries(
      rows({ startTime: '2025-11-10T00:00:00Z' }, { startTime: '2026-02-10T00:00:00Z' }),
      'month',
      CORNERS,
    )
    const keys = withGaps(months, 'month', 9).map((one) => (typeof one === 'string' ? `(${one})` : one.key))
    expect(keys).toEqual(['2025-11-01', '(2025-12-01)', '(2026-01-01)', '2026-02-01'])
    expect(withGaps(months, 'month', 2)).toHaveLength(2)
  })

  it('have a square for each day of a year', () => {
    const year = yearOf(2024)
    expect(year).toHaveLength(366)
    expect(year[0]).toEqual({ day: '2024-01-01', week: 0, weekday: 0 })
    expect(year.at(-1)).toEqual({ day: '2024-12-31', week: 52, weekday: 1 })
    const races = [...calendarOf(career).values()].reduce((sum, day) => sum + day.races, 0)
    expect(races).toBe(career.length)
  })
})

describe('rating curves', () => {
  const at = (day: number) => `2024-03-0${day}T00:00:00Z`

  it('are never joined across disciplines, and have no point for other races', () => {
    const curves = ratingCurves(
      rows(
        { startTime: at(1), discipline: 'road', newIrating: 2000 },
        { startTime: at(2), discipline: 'sports_car', newIrating: 2010 },
        { startTime: at(3), discipline: 'sports_car', newIrating: 2010, kind: 'league' },
        {
          startTime: at(4),
          discipline: 'sports_car',
          newIrating: null,
          newSubLevel: null,
          newLicenseLevel: null,
        },
      ),
    )
    expect(curves.map(({ discipline, points }) => [discipline, points.length])).toEqual([
      ['sports_car', 1],
      ['road', 1],
    ])
  })

  it('mark licences that changed in a race and between two', () => {
    const [curve] = ratingCurves(
      rows(
        { startTime: at(1), oldLicenseLevel: 4, newLicenseLevel: 5 },
        { startTime: at(2), oldLicenseLevel: 6, newLicenseLevel: 6 },
        { startTime: at(3), oldLicenseLevel: 9, newLicenseLevel: 9 },
      ),
    )
    expect(curve!.points.map(({ licenseBefore, license }) => [licenseBefore, license])).toEqual([
      ['R', 'D'],
      [null, 'D'],
      ['D', 'C'],
    ])
  })

  /** A day of iRacing’s own chart, or a race, as the server tells it. */
  const day = (time: string, licenseClass: number | null, driverRaceId: string | null = null) => ({
    time,
    driverRaceId,
    irating: 1500,
    licenseClass,
    safetyRating: 300,
    cpi: null,
    licenseChange: null,
  })
  const ALL = { ...NO_FILTERS }
  const during = (range: Partial<Filters>, races: RaceRow[], ...told: ReturnType<typeof day>[]) =>
    curvesOf(
      completedCurves(races, [{ discipline: 'sports_car', points: told }]),
      races,
      { ...ALL, ...range },
      '2024-03-09',
    )

  it('begin with iRacing’s own chart where the races do not reach back', () => {
    const races = rows({ startTime: at(5), oldLicenseLevel: 9, newLicenseLevel: 9 })
    const [curve] = during({}, races, day(at(1), 0), day(at(2), 1), day(at(5), 3, 'race'), day(at(7), 3))
    expect(curve!.points.map(({ id, licenseBefore }) => [id === null, licenseBefore])).toEqual([
      [true, null],
      [true, 'R'],
      // The promotion between the chart's last day and the first race that is stored.
      [false, 'D'],
    ])
  })

  it('go by what the first race says of before where the chart tells no licence', () => {
    const races = rows({ startTime: at(5), oldLicenseLevel: 4, newLicenseLevel: 5 })
    const marks = during({}, races, day(at(1), null))[0]!.points.map(({ licenseBefore }) => licenseBefore)
    expect(marks).toEqual([null, 'R'])
  })

  it('are told by the chart alone where no race of a discipline is stored', () => {
    const curves = curvesOf(
      completedCurves(rows({ startTime: at(5) }), [
        { discipline: 'road', points: [day('2020-01-01T00:00:00Z', 0), day('2023-01-01T00:00:00Z', 2)] },
        // Where everybody begins.
        { discipline: 'oval', points: [day(at(1), 0)] },
      ]),
      rows({ startTime: at(5) }),
      ALL,
      '2024-03-09',
    )
    expect(curves.map(({ discipline, points }) => [discipline, points.length])).toEqual([
      ['sports_car', 1],
      ['road', 2],
    ])
  })

  it('are cut to the chosen days, chart and races alike, and keep the marks of the whole', () => {
    const races = rows({ startTime: at(5), oldLicenseLevel: 9, newLicenseLevel: 9 }, { startTime: at(6) })
    const chart = [day(at(1), 0), day(at(2), 1), day(at(3), 1)]
    const days = (range: Partial<Filters>) =>
      during(range, races, ...chart)[0]!.points.map(({ time }) => new Date(time * 1000).getUTCDate())
    expect(days({ range: '2024' })).toEqual([1, 2, 3, 5, 6])
    expect(days({ range: 'custom', from: '2024-03-02', to: '2024-03-05' })).toEqual([2, 3, 5])
    const [curve] = during({ range: 'custom', from: '2024-03-05' }, races, ...chart)
    expect(curve!.points[0]!.licenseBefore).toBe('D')
    // A season is not one of days: a chart cannot tell which of them are of it.
    expect(days({ range: '2026S1' })).toEqual([5, 6])
  })

  it('draw the safety rating through all licences', () => {
    expect(safetyHeight('D', 250)).toBe(7.5)
    expect(licenseAt(7.5)).toEqual({ license: 'D', safety: 2.5 })
    expect(safetyHeight(null, 250)).toBeNull()
  })

  it('name a new year on the axis', () => {
    const months = ['2025-11-01', '2025-12-01', '2026-01-01', '2026-02-01'].map(
      (day) => Date.parse(day) / 1000,
    )
    expect(timeLabels(months, 30 * 86_400, 'en-US', 'UTC')).toEqual(['Nov 2025', 'Dec', '2026', 'Feb'])
  })
})

describe('milestones', () => {
  it('are counted in the order of time, and given ratings are none', () => {
    const kinds = milestonesOf(
      rows(
        { startTime: '2026-01-02T00:00:00Z', finishPositionInClass: 1, oldIrating: 1490, newIrating: 1510 },
        { startTime: '2026-01-01T00:00:00Z', oldIrating: -1, newIrating: 1490, oldLicenseLevel: null },
      ),
    ).map(({ kind, start }) => `${new Date(start).getUTCDate()} ${kind}`)
    expect(kinds.sort()).toEqual(
      ['1 cars', '1 firstRace', '1 races', '1 tracks', '2 irating', '2 podiums', '2 wins'].sort(),
    )
  })
})

describe('streaks', () => {
  const streak = (kind: string, now: string, ...races: Partial<Race>[]) =>
    streaksOf(rows(...races), Date.parse(now)).find((one) => one.kind === kind)!

  it('end with the race that does not hold, and the earliest of equals is the longest', () => {
    const race = (day: number, incidents: number) => ({ startTime: `2026-01-0${day}T00:00:00Z`, incidents })
    const { longest, current } = streak(
      'clean',
      '2026-01-09T00:00:00Z',
      race(1, 0),
      race(2, 4),
      race(3, 0),
      race(4, 2),
    )
    expect(longest).toMatchObject({ length: 1, first: Date.parse('2026-01-01T00:00:00Z') })
    expect(current).toBeNull()
  })

  it('of weeks go on until a whole week has no race', () => {
    const races = [{ startTime: '2026-01-06T00:00:00Z' }, { startTime: '2026-01-13T00:00:00Z' }]
    expect(streak('weeks', '2026-01-26T00:00:00Z', ...races).current).toMatchObject({ length: 2 })
    expect(streak('weeks', '2026-01-27T00:00:00Z', ...races).current).toBeNull()
  })
})
