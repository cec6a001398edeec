import { describe, expect, it } from 'vitest'

import { aRace } from '@/shared/api/race-for-tests'
import type { Race } from '@/shared/api/types'

import { personalBests } from './bests'
import { aCareer } from './career-for-tests'
import { rowsOf, toRow } from './rows'
import { mean, onlyRating, tallyOf } from './tally'

const NO_CORNERS = new Map<number, number>()
const rows = (...races: Partial<Race>[]) =>
  races.map((race, index) => toRow(aRace({ subsessionId: index + 1, ...race }), 'UTC'))

describe('a tally', () => {
  it('counts in class, and leaves out what has no place', () => {
    const tally = tallyOf(
      rows(
        { classCount: 2, finishPosition: 9, finishPositionInClass: 1, startPositionInClass: 4 },
        { classCount: 2, finishPosition: 1, finishPositionInClass: null, startPositionInClass: null },
        { finishPosition: 5, finishPositionInClass: null, startPosition: 2, startPositionInClass: null },
      ),
      NO_CORNERS,
    )
    expect(tally).toMatchObject({ races: 3, placed: 2, wins: 1, podiums: 1, topFives: 2 })
    expect(mean(tally.finish)).toBe(3)
    expect(mean(tally.gained)).toBe(0)
  })

  it('knows incidents a corner only where the corners are known', () => {
    const races = rows({ trackId: 1, lapsComplete: 10, incidents: 4 }, { trackId: 2, incidents: 90 })
    const tally = tallyOf(races, new Map([[1, 20]]))
    expect(tally).toMatchObject({ corners: 200, cornerIncidents: 4, cornerRaces: 1, incidents: 94 })
  })

  it('takes no rating that there is not, and none outside of official races', () => {
    const tally = tallyOf(
      rows(
        { startTime: '2026-01-01T00:00:00Z', oldIrating: -1, newIrating: 1350 },
        { startTime: '2026-01-02T00:00:00Z', oldIrating: 1350, newIrating: 1400 },
        { startTime: '2026-01-03T00:00:00Z', oldIrating: 1400, newIrating: 1380 },
        { startTime: '2026-01-04T00:00:00Z', oldIrating: 1380, newIrating: 1380, kind: 'league' },
      ),
      NO_CORNERS,
    )
    expect(onlyRating(tally)).toMatchObject({ races: 2, gain: 50, loss: 20, start: 1350, end: 1380 })
  })

  it('never adds up the ratings of two disciplines', () => {
    expect(onlyRating(tallyOf(rows({}, { discipline: 'oval' }), NO_CORNERS))).toBe('mixed')
  })

  it('is the same in whatever order the races come', () => {
    const career = aCareer(300)
    const shuffled = [...career].sort((a, b) => (a.id < b.id ? 1 : -1))
    expect(tallyOf(shuffled.reverse(), NO_CORNERS)).toEqual(tallyOf(career, NO_CORNERS))
  })
})

describe('personal bests', () => {
  it('are by car and layout, with every lap that was the best so far', () => {
    const best = (day: number, bestLapTime: number | null, more: Partial<Race> = {}) => ({
      startTime: `2026-01-0${day}T00:00:00Z`,
      bestLapTime,
      ...more,
    })
    const bests = personalBests(
      rows(
        best(4, 900),
        best(3, 950),
        best(1, 1000),
        best(2, null),
        best(5, 900),
        best(6, 800, { carId: 1 }),
      ),
    )
    expect(bests.map(({ carId, races, best: { lapTime } }) => [carId, races, lapTime])).toEqual([
      [1, 1, 800],
      [204, 4, 900],
    ])
    expect(bests[1]!.progression.map(({ lapTime }) => lapTime)).toEqual([1000, 950, 900])
    expect(bests[1]!.best.start).toBe(Date.parse('2026-01-04T00:00:00Z'))
  })
})

describe('rows', () => {
  it('are worked out once for a time zone', () => {
    const races = [aRace({ startTime: '2026-01-31T23:30:00Z' })]
    const [utc] = rowsOf(races, 'UTC')
    expect(rowsOf(races, 'UTC')[0]).toBe(utc)
    expect(utc).toMatchObject({ day: '2026-01-31', weekday: 6, hour: 23 })
    expect(rowsOf(races, 'Europe/Stockholm')[0]).toMatchObject({ day: '2026-02-01', weekday: 7, hour: 0 })
  })
})
