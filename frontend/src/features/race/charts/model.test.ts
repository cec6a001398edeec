import { describe, expect, it } from 'vitest'

import type { LapColumns } from '@/shared/api/types'

import {
  chartMarks,
  extent,
  firstCrossings,
  gapsOf,
  gapsTo,
  lineStyles,
  nearestLine,
  paceTimes,
  stretchWithin,
  tracesOf,
  usualRange,
  zoomed,
  type ChartRow,
} from './model'

function row(entrantId: string, changes: Partial<ChartRow> = {}): ChartRow {
  return {
    entrantId,
    name: entrantId,
    carNumber: '1',
    me: false,
    carClassId: 1,
    classIndex: 0,
    className: 'GT3',
    position: null,
    positionInClass: null,
    startPosition: null,
    startPositionInClass: null,
    ...changes,
  }
}

function columns(
  entrantId: string,
  crossings: (number | null)[],
  changes: Partial<LapColumns> = {},
): LapColumns {
  return {
    entrantId,
    lap: crossings.map((_, lap) => lap),
    sessionTime: crossings,
    lapTime: crossings.map((time, lap) => {
      const before = crossings[lap - 1]
      return lap > 0 && time != null && before != null ? time - before : null
    }),
    position: crossings.map(() => null),
    flags: crossings.map(() => 0),
    incident: crossings.map(() => 0),
    driver: null,
    ...changes,
  }
}

describe('traces', () => {
  it('have the value of lap n at place n, also if laps are missing', () => {
    const [trace] = tracesOf(
      [row('a')],
      [columns('a', [0, 100, 320], { lap: [0, 1, 3], lapTime: [null, 100, 110], position: [4, 3, 2] })],
    )
    expect(trace!.sessionTime).toEqual([0, 100, null, 320])
    expect(trace!.lapTime).toEqual([null, 100, null, 110])
    expect(trace!.position).toEqual([4, 3, null, 2])
    expect(trace!.lastLap).toBe(3)
  })

  it('leave out whoever drove no lap or has no result', () => {
    const traces = tracesOf(
      [row('a'), row('b')],
      [columns('a', [0]), columns('b', [0, 9]), columns('c', [0, 9])],
    )
    expect(traces.map((trace) => trace.row.entrantId)).toEqual(['b'])
  })

  it('recover the time of an uncounted lap, unless the clock is not to be trusted', () => {
    const [trace] = tracesOf(
      [row('a')],
      [
        columns('a', [0, 100, 210, 320, 430], {
          lapTime: [null, 100, null, null, null],
          flags: [0, 0, 1, 1 | 512, 1],
        }),
      ],
    )
    expect(trace!.lapTime).toEqual([null, 100, 110, null, null])
    expect(trace!.recovered).toEqual([false, false, true, false, false])
  })

  it('rank each class by itself, on each lap among those who drove it', () => {
    const at = (position: (number | null)[]) => ({ position })
    const traces = tracesOf(
      [row('p1'), row('g1', { carClassId: 2 }), row('g2', { carClassId: 2 })],
      [
        columns('p1', [0, 10, 20], at([1, 1, 1])),
        columns('g1', [0, 12, 24], at([3, 3, 2])),
        columns('g2', [0, 11], at([2, 2])),
      ],
    )
    expect(traces.map(({ positionInClass }) => positionInClass)).toEqual([
      [null, 1, 1],
      [null, 2, 1],
      [null, 1, null],
    ])
  })

  it('begin in class where the result says, also behind somebody who did not start', () => {
    const traces = tracesOf(
      [
        row('absent', { startPositionInClass: 1 }),
        row('a', { startPositionInClass: 2 }),
        row('b', { startPositionInClass: 3 }),
      ],
      [
        columns('absent', [0], { position: [1] }),
        columns('a', [0, 10], { position: [2, 2] }),
        columns('b', [0, 9], { position: [3, 1] }),
      ],
    )
    expect(traces.map(({ positionInClass }) => positionInClass)).toEqual([
      [2, 2],
      [3, 1],
    ])
  })

  it('begin at the place on the grid that the result tells', () => {
    const [trace] = tracesOf([row('a', { startPosition: 7 })], [columns('a', [0, 5], { position: [9, 6] })])
    expect(trace!.position).toEqual([7, 6])
  })

  it('mark stops, incidents and invalid laps', () => {
    const [trace] = tracesOf(
      [row('a')],
      [columns('a', [0, 1, 2, 3], { flags: [0, 2, 1 | 4, 2048], incident: [0, 0, 1, 0] })],
    )
    expect([1, 2, 3].map((lap) => chartMarks(trace!, lap))).toEqual([
      ['pit'],
      ['incident', 'invalid'],
      ['pit'],
    ])
  })
})

describe('gaps', () => {
  const traceWith = (crossings: (number | null)[]) => tracesOf([row('x')], [columns('x', crossings)])[0]!

  it('are exact differences at the same lap, with the laps down beside them', () => {
    const leader = [null, 100, 200, 300, 400]
    const gaps = gapsTo(leader, traceWith([0, 110, 350, 700]))
    expect(gaps.time).toEqual([null, 10, 150, 400])
    expect(gaps.laps).toEqual([null, 0, 1, 1])
  })

  it('are negative ahead of the reference', () => {
    const lapped = [null, 150, 350, 500, null]
    const gaps = gapsTo(lapped, traceWith([0, 100, 200, 300, 400]))
    expect(gaps.time).toEqual([null, -50, -150, -200, null])
    expect(gaps.laps).toEqual([null, 0, 0, -1, null])
  })

  const field = tracesOf(
    [row('a'), row('b', { carClassId: 2 }), row('c', { carClassId: 2 })],
    [columns('a', [0, 100, 205]), columns('b', [0, 120, 230]), columns('c', [0, 115, 240])],
  )

  it('to the leader are to whoever finished the lap first', () => {
    expect(firstCrossings(field)).toEqual([null, 100, 205])
    expect(gapsOf(field, 'leader').map(({ time }) => time)).toEqual([
      [null, 0, 0],
      [null, 20, 25],
      [null, 15, 35],
    ])
  })

  it('to the class leader change their reference with the lead', () => {
    expect(gapsOf(field, 'classLeader').map(({ time }) => time)).toEqual([
      [null, 0, 0],
      [null, 5, 0],
      [null, 0, 10],
    ])
  })

  it('to a driver are the opposite of that driver’s to the other', () => {
    const [toB, toC] = ['b', 'c'].map((reference) => gapsOf(field, reference))
    expect(toB![2]!.time).toEqual([null, -5, 10])
    expect(toC![1]!.time).toEqual([null, 5, -10])
  })
})

describe('zooming', () => {
  it('stays within the race and keeps some laps', () => {
    expect(stretchWithin(8.4, 3.6, 20)).toEqual([4, 8])
    expect(stretchWithin(19, 19, 20)).toEqual([17, 20])
    expect(stretchWithin(-4, 30, 20)).toBeNull()
    expect(stretchWithin(0, 1, 2)).toBeNull()
  })

  it('halves and doubles about a lap', () => {
    expect(zoomed([0, 40], 10, 0.5, 40)).toEqual([0, 20])
    expect(zoomed([0, 40], 39, 0.5, 40)).toEqual([20, 40])
    expect(zoomed([10, 30], 20, 2, 40)).toBeNull()
  })
})

describe('ranges', () => {
  it('are of the laps that are shown', () => {
    expect(
      extent(
        [
          [1, 5, 9],
          [null, 3, 20],
        ],
        [0, 1],
      ),
    ).toEqual([1, 5])
    expect(extent([[null]], [0, 0])).toBeNull()
  })

  it('of lap times do not follow a stop', () => {
    const [least, greatest] = usualRange([[null, 1300, 1000, 1004, 1008, 1002, 9000, 1006, 1010]], [0, 8])!
    expect(least).toBeLessThan(1000)
    expect(greatest).toBeGreaterThan(1010)
    expect(greatest).toBeLessThan(2000)
    expect(usualRange([[null]], [0, 0])).toBeNull()
  })
})

describe('lines', () => {
  it('have the colour of their class, and dashes within it', () => {
    const styles = lineStyles(
      [
        row('me', { me: true, classIndex: 1 }),
        row('a', { classIndex: 1 }),
        row('b', { classIndex: 1 }),
        row('c'),
      ],
      true,
    )
    expect([...styles.values()]).toEqual([
      { colour: 'mine', dash: 0 },
      { colour: 1, dash: 0 },
      { colour: 1, dash: 1 },
      { colour: 0, dash: 0 },
    ])
  })

  it('have colours of their own where there is one class', () => {
    const styles = lineStyles(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => row(id)),
      false,
    )
    expect([...styles.values()].map(({ colour, dash }) => `${colour}${dash}`)).toEqual([
      '00',
      '10',
      '20',
      '30',
      '40',
      '50',
      '01',
    ])
  })
})

describe('with an analysis', () => {
  const analysis = {
    lapClasses: ['grid', 'first', 'in', 'pace', 'caution'],
    entrants: [
      {
        entrantId: 'a',
        lapClass: [0, 1, 3, 2, 4, 3],
        cautionLaps: [3, 4],
        stints: [
          { firstLap: 1, lastLap: 3, median: 50 },
          { firstLap: 4, lastLap: 5, median: null },
        ],
      },
    ],
  } as unknown as Parameters<typeof tracesOf>[2]
  const [trace] = tracesOf([row('a')], [columns('a', [0, 60, 110, 190, 260, 310])], analysis)

  it('a trace knows the pace of each stint, and that a stint without pace laps has none', () => {
    expect(trace!.stintMedian).toEqual([null, 50, 50, 50, null, null])
    expect(trace!.stintCount).toBe(2)
  })

  it('only laps driven for time are in the backdrop, and laps under caution are marked', () => {
    expect(paceTimes(trace!)).toEqual([null, null, 50, null, null, 50])
    // Also where the lap is one of a stop.
    expect([2, 3, 4, 5].map((lap) => chartMarks(trace!, lap))).toEqual([[], ['caution'], ['caution'], []])
  })
})

describe('the line at the pointer', () => {
  const lists = [
    [null, 10, 20],
    [null, 14, null],
  ]
  const heightOf = (value: number) => value * 2

  it('is the nearest between two laps, by the straight line from one to the other', () => {
    expect(nearestLine(lists, 1.5, heightOf, 28.5, false)).toEqual({ index: 1, distance: 0.5 })
    expect(nearestLine(lists, 1.9, heightOf, 38, false)).toEqual({ index: 0, distance: 0 })
  })

  it('is by the step that the lap ends, where values are of whole laps', () => {
    expect(nearestLine(lists, 1.5, heightOf, 29, true)).toEqual({ index: 0, distance: 11 })
  })

  it('is none where nobody drove', () => {
    expect(nearestLine(lists, 0, heightOf, 1, false)).toBeNull()
  })
})
