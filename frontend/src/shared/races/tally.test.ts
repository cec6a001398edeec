import { describe, expect, it } from 'vitest'

import { aRace } from '@/shared/api/race-for-tests'
import type { Race } from '@/shared/api/types'

import { personalBests } from './bests'
import { aCareer } from './career-for-tests'
import { rowsOf, toRow } from './rows'
import { mean, ofPlaced, onlyRating, tallyOf } from './tally'

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
    expect(onlyRating(tally, 'irating')).toMatchObject({
      races: 2,
      gain: 50,
      loss: 20,
      start: 1350,
      end: 1380,
    })
  })

  it('never adds up the ratings of two disciplines', () => {
    const tally = tallyOf(rows({ oldCpi: 20, newCpi: 21 }, { discipline: 'oval' }), NO_CORNERS)
    expect(onlyRating(tally, 'irating')).toBe('mixed')
    expect(onlyRating(tally, 'cpi')).toMatchObject({ races: 1, gain: 1000 })
  })

  it('is the same in whatever order the races come', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const career = aCareer(40, 'UTC', seed)
      const whole = tallyOf(career, NO_CORNERS)
      expect(tallyOf([...career].reverse(), NO_CORNERS)).toEqual(whole)
      const shuffled = [...career].sort((a, b) => a.race.incidents - b.race.incidents)
      expect(tallyOf(shuffled, NO_CORNERS)).toEqual(whole)
    }
  })

  it('takes races that begin together in the order of their subsessions', () => {
    const races = rows({ oldIrating: 1500, newIrating: 1520 }, { oldIrating: 1520, newIrating: 1490 })
    for (const order of [races, [...races].reverse()]) {
      expect(onlyRating(tallyOf(order, NO_CORNERS), 'irating')).toMatchObject({ start: 1500, end: 1490 })
    }
  })

  it('shares wins, podiums and top fives among the races with a place', () => {
    const tally = tallyOf(
      rows(
        { finishPositionInClass: 1 },
        { finishPositionInClass: 4 },
        { finishPositionInClass: null, finishPosition: null },
      ),
      NO_CORNERS,
    )
    expect(['wins', 'podiums', 'topFives'].map((key) => ofPlaced(tally, key as 'wins'))).toEqual([
      0.5, 0.5, 1,
    ])
    expect(ofPlaced(tallyOf([], NO_CORNERS), 'wins')).toBeNull()
  })
})

describe('personal bests', () => {
  const on = (day: number, more: Partial<Race>) => ({ startTime: `2026-01-0${day}T00:00:00Z`, ...more })

  it('are by car and layout, with every lap that was the best so far', () => {
    const bests = personalBests(
      rows(
        on(4, { bestLapTime: 900 }),
        on(3, { bestLapTime: 950 }),
        on(1, { bestLapTime: 1000 }),
        on(2, { bestLapTime: null }),
        on(5, { bestLapTime: 900 }),
        on(6, { bestLapTime: 800, carId: 1 }),
      ),
    )
    expect(bests.map(({ carId, races, race }) => [carId, races, race?.best.lapTime])).toEqual([
      [1, 1, 800],
      [204, 4, 900],
    ])
    expect(bests[1]!.race!.progression.map(({ lapTime }) => lapTime)).toEqual([1000, 950, 900])
    expect(bests[1]!.race!.best.start).toBe(Date.parse('2026-01-04T00:00:00Z'))
  })

  it('of qualifying have their own dates and steps, also where no lap of a race is known', () => {
    const bests = personalBests(
      rows(
        on(1, { bestLapTime: 900, qualifyingTime: 890 }),
        on(2, { bestLapTime: 880, qualifyingTime: 895 }),
        on(3, { qualifyingTime: 885 }),
        on(4, { carId: 1, qualifyingTime: 700 }),
      ),
    )
    expect(
      bests.map(({ carId, races, race, qualifying }) => [
        carId,
        races,
        race?.best.lapTime,
        qualifying?.best.lapTime,
      ]),
    ).toEqual([
      [1, 1, undefined, 700],
      [204, 3, 880, 885],
    ])
    expect(
      bests[1]!.qualifying!.progression.map(({ lapTime, start }) => [lapTime, new Date(start).getUTCDate()]),
    ).toEqual([
      [890, 1],
      [885, 3],
    ])
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
