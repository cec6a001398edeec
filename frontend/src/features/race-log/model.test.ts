import { describe, expect, it } from 'vitest'

import type { Race } from '@/shared/api/types'

import { aRace } from '@/shared/api/race-for-tests'
import {
  activeFilterCount,
  choicesOf,
  filterRows,
  filtersFromQuery,
  filtersToQuery,
  NO_FILTERS,
  sortFromQuery,
  sortToQuery,
  toRow,
  totalsOf,
  type Filters,
} from './model'

const TODAY = '2026-03-15'

function rows(...races: Partial<Race>[]) {
  return races.map((race, index) => toRow(aRace({ subsessionId: index + 1, ...race }), 'UTC'))
}

function found(filters: Partial<Filters>, ...races: Partial<Race>[]) {
  return filterRows(rows(...races), { ...NO_FILTERS, ...filters }, TODAY).map(({ race }) => race.subsessionId)
}

describe('filters', () => {
  it('leave everything in when nothing is chosen', () => {
    expect(found({}, {}, { kind: 'league' })).toEqual([1, 2])
  })

  it('count days in the driver’s zone, both ends included', () => {
    const custom = { range: 'custom', from: '2026-03-02', to: '2026-03-02' } as const
    const late = aRace({ startTime: '2026-03-01T23:30:00Z' })
    expect(filterRows([toRow(late, 'UTC')], { ...NO_FILTERS, ...custom }, TODAY)).toHaveLength(0)
    expect(filterRows([toRow(late, 'Asia/Tokyo')], { ...NO_FILTERS, ...custom }, TODAY)).toHaveLength(1)
  })

  it('know ranges back from today and whole years', () => {
    const races = [
      { startTime: '2026-03-15T12:00:00Z' },
      { startTime: '2026-02-14T12:00:00Z' },
      { startTime: '2026-02-13T12:00:00Z' },
      { startTime: '2025-12-31T12:00:00Z' },
    ]
    expect(found({ range: '30d' }, ...races)).toEqual([1, 2])
    expect(found({ range: '2025' }, ...races)).toEqual([4])
  })

  it('search all words in series, car, track, layout, league and team', () => {
    const races = [{ trackName: 'Sebring' }, { teamName: 'Team Sebring', trackName: 'Okayama' }, {}]
    expect(found({ text: ' sebRING ' }, ...races)).toEqual([1, 2])
    expect(found({ text: 'sebring okay' }, ...races)).toEqual([2])
  })

  it('treat team and heat as kinds beside the kind of race', () => {
    const races = [{ team: true }, { heat: true, kind: 'league' as const }, { kind: 'hosted' as const }]
    expect(found({ kind: 'team' }, ...races)).toEqual([1])
    expect(found({ kind: 'heat' }, ...races)).toEqual([2])
    expect(found({ kind: 'hosted' }, ...races)).toEqual([3])
    expect(found({ kind: 'official' }, ...races)).toEqual([1])
  })

  it('narrow by discipline, series, car and track together', () => {
    const races = [{}, { carId: 2 }, { discipline: 'oval' as const }, { seriesId: null }]
    expect(found({ discipline: 'sports_car', series: 444, car: 204, track: 341 }, ...races)).toEqual([1])
  })
})

describe('the address', () => {
  it('carries only what is chosen, and gives it back', () => {
    const chosen: Filters = { ...NO_FILTERS, range: '90d', series: 444, kind: 'team', text: 'spa ' }
    const query = filtersToQuery(chosen)
    expect(query).toEqual({ range: '90d', series: '444', kind: 'team', q: 'spa' })
    expect(filtersFromQuery(query as never)).toEqual({ ...chosen, text: 'spa' })
    expect(filtersToQuery(NO_FILTERS)).toEqual({})
    expect(activeFilterCount(chosen)).toBe(4)
  })

  it('is not trusted', () => {
    const query = {
      range: '<script>',
      series: '1e5',
      kind: ['nonsense', 'team'],
      from: '2026-3-1',
      sort: 'x',
    }
    expect(filtersFromQuery(query)).toEqual(NO_FILTERS)
    expect(sortFromQuery(query)).toEqual({ key: 'date', descending: true })
  })

  it('carries the order unless it is the usual one', () => {
    expect(sortToQuery({ key: 'date', descending: true })).toEqual({})
    expect(sortToQuery({ key: 'irating', descending: true })).toEqual({ sort: '-irating' })
    expect(sortFromQuery({ sort: '-irating' })).toEqual({ key: 'irating', descending: true })
  })
})

describe('totals', () => {
  it('count wins and podiums in class', () => {
    const totals = totalsOf(
      rows(
        { finishPosition: 14, finishPositionInClass: 1, incidents: 2 },
        { finishPosition: 3, finishPositionInClass: 3, incidents: 5 },
        { finishPosition: 2, finishPositionInClass: null, incidents: 2 },
        { finishPosition: null, finishPositionInClass: null, incidents: 3 },
      ),
    )
    expect(totals).toMatchObject({ races: 4, wins: 1, podiums: 3, incidentsPerRace: 3 })
  })

  it('never add up the ratings of different disciplines', () => {
    const totals = totalsOf(
      rows(
        { startTime: '2026-03-02T00:00:00Z', oldIrating: 2040, newIrating: 2060 },
        { startTime: '2026-03-01T00:00:00Z', oldIrating: 2000, newIrating: 2040 },
        { discipline: 'oval', oldIrating: 1500, newIrating: 1450 },
        { kind: 'league', oldIrating: 2040, newIrating: 2040 },
      ),
    )
    expect(totals.irating).toEqual([
      { discipline: 'sports_car', change: 60, current: 2060, races: 2 },
      { discipline: 'oval', change: -50, current: 1450, races: 1 },
    ])
  })

  it('have no average without a race', () => {
    expect(totalsOf([]).incidentsPerRace).toBeNull()
  })
})

describe('choices', () => {
  it('are what the driver has driven, counted, by name', () => {
    const choices = choicesOf(
      rows(
        { startTime: '2026-01-01T00:00:00Z', carId: 1, carName: 'B' },
        { startTime: '2025-01-01T00:00:00Z', carId: 2, carName: 'A', layout: null, discipline: null },
        { startTime: '2025-01-01T00:00:00Z', carId: 1, carName: 'Old name of B', seriesId: null },
      ),
    )
    expect(choices.cars).toEqual([
      { value: 2, label: 'A', count: 1 },
      { value: 1, label: 'B', count: 2 },
    ])
    expect(choices.years).toEqual(['2026', '2025'])
    expect(choices.disciplines).toEqual(['sports_car'])
    expect(choices.series).toHaveLength(1)
  })
})

describe('a row', () => {
  it('shows no rating change where ratings do not count', () => {
    expect(rows({ kind: 'hosted' })[0]).toMatchObject({ irating: null, safety: null, badges: ['hosted'] })
    expect(rows({ team: true, heat: true })[0]).toMatchObject({
      irating: { change: 40 },
      badges: ['team', 'heat'],
    })
  })
})
