import { describe, expect, it } from 'vitest'

import type { RaceAnalysis } from '@/shared/api/types'

import type { ResultRow } from '../model'
import { classifiedLaps, countsOf, paceGroups, share } from './pace'

const SPREAD = { fastest: 10, lowerQuartile: 11, median: 12, upperQuartile: 14, slowest: 20 }

function analysed(
  entrantId: string,
  carClassId: number,
  ranks: Partial<Record<string, number>>,
  paceLaps = 8,
  driverId: number | null = null,
) {
  return {
    entrantId,
    carClassId,
    lapClass: [0, 1, 2, 2],
    lapReason: [0, 1, 2, 3],
    recovered: [{ lap: 3, lapTime: 99 }],
    stints: [],
    paces: [
      {
        driverId,
        paceLaps,
        otherLaps: 2,
        best: 10,
        spread: SPREAD,
        consistency: 1,
        fade: 0,
        ranks: { median: null, best: null, consistency: null, fade: null, ...ranks },
      },
    ],
  }
}

const ANALYSIS = {
  lapClasses: ['grid', 'first', 'pace'],
  lapReasons: ['grid', 'firstLap', 'clean', 'slow'],
  carClasses: [
    { carClassId: 1, spread: SPREAD, rated: true },
    { carClassId: 2, spread: null, rated: false },
  ],
  entrants: [
    analysed('a', 1, { median: 2, best: 1 }),
    analysed('b', 1, { median: 1, best: 2 }),
    analysed('c', 1, {}),
    analysed('d', 2, { median: 1 }),
    analysed('e', 1, {}, 0),
  ],
} as unknown as RaceAnalysis

const ROWS = ['a', 'b', 'c', 'd', 'e'].map((entrantId) => ({
  entrantId,
  name: entrantId,
  drivers: [],
  carClassId: entrantId === 'd' ? 2 : 1,
  className: entrantId === 'd' ? 'GT3' : 'GT4',
})) as unknown as ResultRow[]

const order = (carClassId: number | null, by: Parameters<typeof paceGroups>[3]) =>
  paceGroups(ANALYSIS, ROWS, carClassId, by).map(({ rows }) => rows.map(({ row }) => row.entrantId))

describe('the pace of a field', () => {
  it('is by class, in the wanted order; without a rank comes last, without pace laps not at all', () => {
    expect(order(null, 'median')).toEqual([['b', 'a', 'c'], ['d']])
    expect(order(null, 'best')).toEqual([['a', 'b', 'c'], ['d']])
    expect(order(1, 'finish')).toEqual([['a', 'b', 'c']])
  })

  it('is that of each driver of a team, with the team’s name', () => {
    const [slow, fast] = [analysed('a', 1, { median: 2 }, 8, 7), analysed('a', 1, { median: 1 }, 8, 9)]
    const team = { ...slow, paces: [...slow.paces, ...fast.paces] }
    const drivers = [
      { driverId: 7, name: 'Ann' },
      { driverId: 9, name: 'Bo' },
    ]
    const rows = [{ ...ROWS[0]!, drivers }] as unknown as ResultRow[]
    const [group] = paceGroups(
      { ...ANALYSIS, entrants: [team] } as unknown as RaceAnalysis,
      rows,
      null,
      'median',
    )
    expect(group!.rows.map(({ row, driver }) => [row.name, driver])).toEqual([
      ['a', 'Bo'],
      ['a', 'Ann'],
    ])
  })

  it('begins with the class of the driver', () => {
    const rows = ROWS.map((row) => ({ ...row, me: row.entrantId === 'd' }))
    expect(paceGroups(ANALYSIS, rows, null, 'median').map(({ carClassId }) => carClassId)).toEqual([2, 1])
  })

  it('draws each class on the range of its own laps', () => {
    const [gt4, gt3] = paceGroups(ANALYSIS, ROWS, null, 'median')
    expect([gt4!.range, gt3!.range]).toEqual([[10, 20], null])
    expect([share(10, [10, 20]), share(15, [10, 20]), share(25, [10, 20]), share(1, [5, 5])]).toEqual([
      0, 0.5, 1, 0.5,
    ])
  })
})

describe('classified laps', () => {
  it('have their class, why, and a recovered time', () => {
    const laps = classifiedLaps(ANALYSIS, 'a', [0, 1, 2, 3])
    expect(laps.at(-1)).toEqual({ lap: 3, lapClass: 'pace', reason: 'slow', recovered: 99 })
    expect([...countsOf(laps)]).toEqual([
      ['grid', 1],
      ['first', 1],
      ['pace', 2],
    ])
  })

  it('are none for somebody who is not in the analysis', () => {
    expect(classifiedLaps(ANALYSIS, 'z', [1])).toEqual([])
  })
})
