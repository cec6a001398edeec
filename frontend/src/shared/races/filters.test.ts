import { describe, expect, it } from 'vitest'

import { aRace } from '@/shared/api/race-for-tests'
import type { Race } from '@/shared/api/types'

import {
  activeFilterCount,
  choicesOf,
  filterRows,
  filtersFromQuery,
  filtersToQuery,
  NO_FILTERS,
  type Filters,
} from './filters'
import { toRow } from './rows'

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

describe('more filters', () => {
  it('know iRacing’s seasons, which begin before the year does', () => {
    const races = [
      { startTime: '2025-12-20T12:00:00Z', seasonYear: 2026, seasonQuarter: 1 },
      { seasonYear: 2026, seasonQuarter: 2 },
      { seasonYear: null, seasonQuarter: null },
    ]
    expect(found({ range: '2026S1' }, ...races)).toEqual([1])
  })

  it('take a day of a season, with what the season leaves out left out', () => {
    const chosen: Filters = { ...NO_FILTERS, range: '2026S1', from: '2026-03-01', to: '2026-03-01' }
    const races = [{}, { seasonYear: null, seasonQuarter: null }, { startTime: '2026-03-02T12:00:00Z' }]
    expect(found(chosen, ...races)).toEqual([1])
    expect(filtersToQuery(chosen)).toEqual({ range: '2026S1', from: '2026-03-01', to: '2026-03-01' })
    expect(filtersFromQuery({ range: '2026S1', from: '2026-03-01', to: '2026-03-01' })).toEqual(chosen)
  })

  it('take a track in one layout or in all', () => {
    const races = [{ trackId: 341 }, { trackId: 342, layout: 'National' }, { trackId: 1, trackName: 'Spa' }]
    expect(found({ track: 342 }, ...races)).toEqual([2])
    expect(found({ venue: 'Silverstone Circuit' }, ...races)).toEqual([1, 2])
  })

  it('go by the class’s name, which iRacing numbers anew', () => {
    expect(found({ carClass: 'GT4' }, {}, { carClassId: 4 }, { carClassName: 'GT3' })).toEqual([1, 2])
  })

  it('judge results in class', () => {
    const races = [
      { classCount: 3, finishPosition: 12, finishPositionInClass: 1 },
      { classCount: 3, finishPosition: 3, finishPositionInClass: null },
      { finishPosition: 3, finishPositionInClass: null },
      { reasonOut: 'Disconnected', incidents: 0, startPosition: 1, startPositionInClass: 1 },
    ]
    expect(found({ result: 'win' }, ...races)).toEqual([1])
    expect(found({ result: 'podium' }, ...races)).toEqual([1, 3])
    expect(found({ result: 'topFive' }, ...races)).toEqual([1, 3, 4])
    expect(found({ result: 'retired' }, ...races)).toEqual([4])
    expect(found({ result: 'clean' }, ...races)).toEqual([4])
    expect(found({ result: 'pole' }, ...races)).toEqual([4])
  })
})

describe('the address', () => {
  it('carries only what is chosen, and gives it back', () => {
    const chosen: Filters = {
      ...NO_FILTERS,
      range: '90d',
      series: 444,
      kind: 'team',
      text: 'spa ',
      carClass: 'GT4',
      result: 'podium',
      venue: 'Spa',
    }
    const query = filtersToQuery(chosen)
    expect(query).toEqual({
      range: '90d',
      series: '444',
      kind: 'team',
      q: 'spa',
      class: 'GT4',
      result: 'podium',
      venue: 'Spa',
    })
    expect(filtersFromQuery(query as never)).toEqual({ ...chosen, text: 'spa' })
    expect(filtersToQuery(NO_FILTERS)).toEqual({})
    expect(activeFilterCount(chosen)).toBe(7)
  })

  it('is not trusted', () => {
    const query = {
      range: '<script>',
      series: '1e5',
      kind: ['nonsense', 'team'],
      from: '2026-3-1',
      to: '2026-13-40',
    }
    expect(filtersFromQuery(query)).toEqual(NO_FILTERS)
    expect(filtersFromQuery({ to: '2026-02-30' })).toEqual(NO_FILTERS)
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
    expect(choices.seasons).toEqual(['2026S1'])
    expect(choices.classes).toEqual([{ value: 'GT4', label: 'GT4', count: 3 }])
    expect(choices.tracks.map(({ name, count, layouts }) => [name, count, layouts.length])).toEqual([
      ['Silverstone Circuit', 3, 1],
    ])
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
