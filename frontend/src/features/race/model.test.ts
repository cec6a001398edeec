import { describe, expect, it } from 'vitest'

import type { Entrant, LapColumns, Session, SimsessionResult } from '@/shared/api/types'

import {
  firstChoice,
  lapsOf,
  openingSimsession,
  marksOf,
  orderedSimsessions,
  resultsOf,
  sideBySide,
  splitOf,
  subsessionOf,
} from './model'

function result(changes: Partial<SimsessionResult> = {}): SimsessionResult {
  return {
    simsession: 0,
    lapsComplete: 20,
    lapsLed: 0,
    incidents: 0,
    reasonOut: 'Running',
    ...changes,
  } as SimsessionResult
}

function entrant(
  id: string,
  carClassId: number,
  own: Partial<SimsessionResult>,
  more: Partial<Entrant> = {},
): Entrant {
  return {
    entrantId: id,
    name: id,
    ai: false,
    carNumber: '007',
    carId: 1,
    carName: 'Car',
    carClassId,
    results: [result(own)],
    drivers: [],
    ...more,
  } as Entrant
}

function session(changes: Partial<Session> = {}): Session {
  return {
    subsessionId: 5,
    sessionId: 1,
    startTime: '2026-03-01T18:00:00Z',
    kind: 'official',
    team: false,
    heat: false,
    seriesName: 'Series',
    track: { trackId: 1, trackName: 'Track', layout: null },
    lapsComplete: 20,
    splits: [],
    carClasses: [
      { carClassId: 10, name: 'GTP Class', shortName: 'GTP', strengthOfField: null, entries: 2 },
      { carClassId: 20, name: 'GT3 Class', shortName: '', strengthOfField: null, entries: 2 },
    ],
    cars: [],
    simsessions: [
      { number: -1, name: 'QUALIFY', type: 'qualifying', hasLaps: false, weather: null },
      { number: 0, name: 'RACE', type: 'race', hasLaps: true, weather: null },
    ],
    entrants: [],
    ...changes,
  } as Session
}

describe('results', () => {
  const multiClass = session({
    callerEntrantId: 'driver:3',
    entrants: [
      entrant('driver:3', 20, {
        position: 3,
        positionInClass: 1,
        lapsComplete: 18,
        classInterval: 0,
        bestLapTime: 95,
      }),
      entrant('driver:1', 10, {
        position: 1,
        positionInClass: 1,
        interval: 0,
        classInterval: 0,
        bestLapTime: 80,
      }),
      entrant('driver:2', 10, {
        position: 2,
        positionInClass: 2,
        interval: 5_000,
        classInterval: 5_000,
        bestLapTime: 79,
      }),
      entrant('driver:4', 20, { position: 4, positionInClass: 2, lapsComplete: 17, bestLapTime: 96 }),
      entrant('driver:5', 20, { position: null, lapsComplete: 0, reasonOut: 'Disconnected' }),
    ],
  })

  it('are in finishing order, those without a position last', () => {
    expect(resultsOf(multiClass, 0).map(({ entrantId }) => entrantId)).toEqual([
      'driver:1',
      'driver:2',
      'driver:3',
      'driver:4',
      'driver:5',
    ])
  })

  it('tell the distance overall and in class: time, or laps down', () => {
    const rows = resultsOf(multiClass, 0)
    expect(rows.map(({ distance }) => distance)).toEqual([
      { kind: 'leader' },
      { kind: 'time', ticks: 5_000 },
      { kind: 'laps', laps: 2 },
      { kind: 'laps', laps: 3 },
      { kind: 'none' },
    ])
    expect(rows[2]!.distanceInClass).toEqual({ kind: 'leader' })
    expect(rows[3]!.distanceInClass).toEqual({ kind: 'laps', laps: 1 })
  })

  it('mark the fastest lap of each class, the caller, and who is out', () => {
    const rows = resultsOf(multiClass, 0)
    expect(rows.filter(({ fastestInClass }) => fastestInClass).map(({ name }) => name)).toEqual([
      'driver:2',
      'driver:3',
    ])
    expect(rows.filter(({ me }) => me).map(({ name }) => name)).toEqual(['driver:3'])
    expect(rows.map(({ reasonOut }) => reasonOut)).toEqual([null, null, null, null, 'Disconnected'])
    expect(rows.map(({ className }) => className).slice(0, 3)).toEqual(['GTP', 'GTP', 'GT3 Class'])
  })

  it('hold a team’s drivers under it', () => {
    const rows = resultsOf(
      session({
        entrants: [
          entrant(
            'team:-1',
            10,
            { position: 1 },
            {
              drivers: [
                {
                  driverId: 7,
                  name: 'Seven',
                  results: [result({ lapsComplete: 12, oldIrating: 1500, newIrating: 1510 })],
                },
                { driverId: 8, name: 'Eight', results: [result({ simsession: -1 })] },
              ],
            },
          ),
        ],
      }),
      0,
    )
    expect(rows[0]!.drivers).toMatchObject([{ driverId: 7, lapsComplete: 12, irating: { change: 10 } }])
  })

  it('are empty for a simsession that nobody has a result in', () => {
    expect(resultsOf(multiClass, -1)).toEqual([])
  })
})

describe('simsessions', () => {
  it('begin with the main event', () => {
    expect(orderedSimsessions(session()).map(({ number }) => number)).toEqual([0, -1])
    expect(openingSimsession(session())?.number).toBe(0)
    expect(openingSimsession(session({ simsessions: [] }))).toBeUndefined()
  })

  it('open with the heat for whoever was knocked out in it', () => {
    const simsessions = ['HEAT 1', 'CONSOLATION', 'FEATURE'].map((name, index) => {
      return { number: index - 2, name, type: 'race', hasLaps: false } as Session['simsessions'][number]
    })
    const entrants = [
      entrant('driver:1', 10, {}, { results: [result({ simsession: -2 }), result({ simsession: 0 })] }),
      entrant('driver:2', 10, {}, { results: [result({ simsession: -2 })] }),
    ]
    const openedBy = (callerEntrantId?: string) =>
      openingSimsession(session({ simsessions, entrants, callerEntrantId }))?.name
    expect([openedBy('driver:1'), openedBy('driver:2'), openedBy()]).toEqual(['FEATURE', 'HEAT 1', 'FEATURE'])
  })
})

describe('splits', () => {
  it('are ranked by strength', () => {
    const splits = [
      { subsessionId: 4, strengthOfField: 900 },
      { subsessionId: 5, strengthOfField: 2000 },
      { subsessionId: 6, strengthOfField: 3000 },
    ]
    expect(splitOf(session({ splits }))).toEqual({ number: 2, count: 3, strengths: [3000, 2000, 900] })
    expect(splitOf(session({ splits: splits.slice(1, 2) }))).toBeNull()
  })
})

describe('race ids', () => {
  it('carry the subsession', () => {
    expect(subsessionOf('1772388000-82263872')).toBe(82263872)
    expect(subsessionOf('../1-2')).toBeNull()
  })
})

function columns(entrantId: string, times: (number | null)[], flags: number[] = []): LapColumns {
  let at = 0
  return {
    entrantId,
    lap: [0, ...times.map((_, index) => index + 1)],
    sessionTime: [0, ...times.map((time) => (at += time ?? 100))],
    lapTime: [null, ...times],
    position: [1, ...times.map(() => 1)],
    flags: [0, ...times.map((_, index) => flags[index] ?? 0)],
    incident: [0, ...times.map(() => 0)],
    driver: null,
  }
}

describe('laps', () => {
  it('leave the grid out', () => {
    expect(
      lapsOf([columns('a', [100, 90])])
        .get('a')!
        .laps.map(({ lap }) => lap),
    ).toEqual([1, 2])
  })

  it('have one personal best: timed, valid, not the first lap', () => {
    const { best, laps } = lapsOf([columns('a', [80, 95, 85, 90, 90], [0, 0, 1])]).get('a')!
    expect(best).toBe(90)
    expect(laps.filter(({ personalBest }) => personalBest).map(({ lap }) => lap)).toEqual([4])
  })

  it('know the fastest of the field', () => {
    const laps = lapsOf([columns('a', [100, 90]), columns('b', [100, 88])])
    const fastest = [...laps.values()].flatMap((own) =>
      own.laps.filter((lap) => lap.fastest).map(() => own.entrantId),
    )
    expect(fastest).toEqual(['b'])
  })

  it('line up with gaps to the first chosen', () => {
    const laps = lapsOf([columns('a', [100, 90]), columns('b', [104, 88, 91])])
    const lines = sideBySide([laps.get('a'), laps.get('b')])
    expect(lines.map(({ cells }) => cells[1]?.gap ?? null)).toEqual([4, 2, null])
    expect(lines[2]!.cells[0]).toBeNull()
    expect(lines[0]!.cells[0]!.gap).toBeNull()
  })

  it('carry marks; what happened replaces that something happened', () => {
    expect(marksOf(2, false)).toEqual(['pit'])
    expect(marksOf(1 | 4, true)).toEqual(['invalid', 'offTrack'])
    expect(marksOf(0, true)).toEqual(['incident'])
    expect(marksOf(8192 | 16384, false)).toEqual([])
  })
})

describe('the first choice of laps', () => {
  const rows = ['a', 'b', 'c', 'd', 'e'].map((entrantId) => ({
    entrantId,
    me: entrantId === 'd',
    carClassId: entrantId === 'c' ? 2 : 1,
  }))
  const all = new Set(['a', 'b', 'c', 'd', 'e'])

  it('is the caller, the winner of the class, and the two of the class around the caller', () => {
    expect(firstChoice(rows, all)).toEqual(['d', 'a', 'b', 'e'])
  })

  it('names nobody twice', () => {
    expect(firstChoice(rows.slice(3), all)).toEqual(['d', 'e'])
  })

  it('skips who has no laps', () => {
    expect(firstChoice(rows, new Set(['b', 'd']))).toEqual(['d', 'b'])
    expect(firstChoice(rows, new Set())).toEqual([])
  })

  it('is the first three for somebody who did not take part', () => {
    expect(firstChoice(rows.slice(0, 3).concat(rows[4]!), all)).toEqual(['a', 'b', 'c'])
  })
})
