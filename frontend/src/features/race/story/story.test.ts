import { describe, expect, it } from 'vitest'

import type { StoryEvent } from '@/shared/api/types'

import { linesOf, type Line, type Telling } from './story'

const TELLING: Telling = {
  told: 'driver:1',
  multiClass: false,
  nameOf: (id) => ({ 'driver:1': 'Ada', 'driver:2': 'Bo' })[id] ?? id,
  duration: (ticks, digits = 1) => `${(ticks / 10_000).toFixed(digits)}s`,
  list: (names) => names.join('+'),
  words: {
    reasonOut: (words) => `out:${words}`,
    penalty: (words) => `for:${words}`,
    sanction: (words) => `to:${words}`,
  },
  stints: [],
  driverName: () => undefined,
}

function lineOf(event: StoryEvent, telling: Partial<Telling> = {}): Line {
  return linesOf([event], { ...TELLING, ...telling })[0]!
}
const said = (line: Line) => line.sentences.map(({ say }) => say)

function anIncident(changes: Partial<Extract<StoryEvent, { kind: 'incident' }>> = {}): StoryEvent {
  return {
    kind: 'incident',
    lap: 5,
    entrants: ['driver:1'],
    cost: 84_000,
    places: -2,
    flags: 4,
    towed: false,
    ...changes,
  }
}

describe('the start', () => {
  const start = (grid: number, place: number): StoryEvent => ({
    kind: 'start',
    lap: 1,
    entrants: ['driver:1'],
    grid,
    place,
    gained: grid - place,
    fellOut: 0,
  })

  it('is won, lost or held, and counts places without a sign', () => {
    const lost = lineOf(start(7, 13))
    expect(lost).toMatchObject({ lap: 1, tone: 'loss' })
    expect(lost.sentences).toEqual([{ say: 'startLost', with: { grid: 7, place: 13, count: 6 }, count: 6 }])
    expect(said(lineOf(start(3, 2)))).toEqual(['startWon'])
    expect(said(lineOf(start(4, 4)))).toEqual(['startHeld'])
  })

  it('says how many of those ahead never finished lap 1', () => {
    const line = lineOf({ ...start(7, 5), fellOut: 1 } as StoryEvent)
    expect(said(line)).toEqual(['startWon', 'startFellOut'])
    expect(line.sentences[1]).toMatchObject({ with: { count: 1 }, count: 1 })
  })
})

describe('an incident', () => {
  it('says what happened, what it cost, and which places', () => {
    const line = lineOf(anIncident({ flags: 4 | 64 }))
    expect(said(line)).toEqual(['offTrack', 'carContact', 'incidentCost', 'placesLost'])
    expect(line.sentences[2]!.with).toEqual({ time: '8.4s' })
    expect(line).toMatchObject({ tone: 'loss', small: false })
  })

  it('is small when it cost little time and no place', () => {
    expect(lineOf(anIncident({ cost: 1_000, places: 0 }))).toMatchObject({ small: true, tone: 'plain' })
    expect(lineOf(anIncident({ cost: 1_000, places: -1 })).small).toBe(false)
    expect(lineOf(anIncident({ cost: null, places: 0, flags: 2048, towed: true })).small).toBe(false)
  })

  it('says that its time cannot be told, and places anyway', () => {
    const line = lineOf(anIncident({ cost: null, places: -6, flags: 0 }))
    expect(said(line)).toEqual(['incident', 'incidentUntold', 'placesLost'])
    expect(line.small).toBe(false)
    expect(said(lineOf(anIncident({ cost: null, places: null, flags: 0 })))).toEqual([
      'incident',
      'incidentUntold',
    ])
  })

  it('with a tow has its time and its places', () => {
    const line = lineOf(anIncident({ cost: 2_660_000, places: -2, flags: 2048, towed: true }))
    expect(said(line)).toEqual(['towed', 'incidentCost', 'placesLost'])
    expect(line.sentences[1]!.with).toEqual({ time: '266.0s' })
  })

  it('cost no time if the lap was not slower than usual', () => {
    expect(said(lineOf(anIncident({ cost: -300, places: 0 })))).toEqual(['offTrack', 'incidentFree'])
  })
})

describe('a battle', () => {
  const battle = {
    kind: 'battle',
    lap: 4,
    entrants: ['driver:1', 'driver:2'],
    ahead: 'driver:2',
    behind: 'driver:1',
    firstLap: 4,
    lastLap: 9,
    closest: 2_130,
    swaps: 3,
    winner: 'driver:1',
    won: true,
  } satisfies StoryEvent

  it('is one of a group if several began on the same lap, and the group is one line', () => {
    const other = { ...battle, behind: 'driver:3', ahead: 'driver:1', lastLap: 6, closest: 800, won: false }
    const later = { ...battle, lap: 12 }
    const lines = linesOf([battle, other, later], TELLING)
    expect(lines.map(said)).toEqual([
      ['battles', 'battlesWon', 'battlesLost'],
      ['battle', 'battleSwaps', 'battleWon'],
    ])
    expect(lines[0]).toMatchObject({ lap: 4, tone: 'plain' })
    expect(lines[0]!.sentences.map((sentence) => sentence.with)).toEqual([
      { names: 'Bo+driver:3', last: 9, gap: '0.08s' },
      { names: 'Bo' },
      { names: 'driver:3' },
    ])
  })

  it('is with the other one, whoever was ahead', () => {
    const line = lineOf(battle)
    expect(said(line)).toEqual(['battle', 'battleSwaps', 'battleWon'])
    expect(line.sentences[0]!.with).toEqual({ name: 'Bo', last: 9, gap: '0.21s' })
    expect(said(lineOf({ ...battle, swaps: 0, won: false }))).toEqual(['battle', 'battleLost'])
  })
})

describe('a pit stop', () => {
  const stop: StoryEvent = {
    kind: 'pitStop',
    lap: 18,
    entrants: ['driver:1'],
    before: 7,
    rejoined: 9,
    settledLap: 21,
    settled: 6,
    cost: 408_000,
    driverChange: true,
  }

  it('tells the cycle, its cost, and who handed over to whom', () => {
    const line = lineOf(stop, {
      stints: [
        { lastLap: 18, driverId: 11 },
        { lastLap: 40, driverId: 12 },
      ],
      driverName: (id) => ({ 11: 'Ada', 12: 'Cleo' })[id],
    })
    expect(said(line)).toEqual(['pitRejoined', 'pitHandover', 'pitCost', 'pitSettled'])
    expect(line.sentences[1]!.with).toEqual({ from: 'Ada', to: 'Cleo' })
    expect(said(lineOf(stop))).toContain('pitDriverChange')
  })

  it('leaves out what is not known, and a place that the cycle did not change', () => {
    const bare = { ...stop, before: null, rejoined: null, settled: null, cost: null, driverChange: false }
    expect(said(lineOf(bare))).toEqual(['pit'])
    expect(said(lineOf({ ...stop, settled: 9, cost: -5, driverChange: false }))).toEqual(['pitRejoined'])
  })
})

describe('the lead', () => {
  const change: StoryEvent = {
    kind: 'leadChange',
    lap: 3,
    entrants: ['driver:1', 'driver:2'],
    from: 'driver:2',
    to: 'driver:1',
  }

  it('is taken, lost, or somebody else’s; with several classes it is that of the class', () => {
    expect(lineOf(change)).toMatchObject({ tone: 'gain', sentences: [{ say: 'leadTaken' }] })
    expect(lineOf(change, { told: 'driver:2' })).toMatchObject({
      tone: 'loss',
      sentences: [{ say: 'leadLost' }],
    })
    expect(said(lineOf(change, { told: 'driver:3', multiClass: true }))).toEqual(['classLeadOther'])
  })
})

describe('iRacing’s words', () => {
  it('are put into the reader’s language', () => {
    const penalty: StoryEvent = {
      kind: 'penalty',
      lap: 4,
      entrants: ['driver:1'],
      reason: 'Jump start',
      sanction: 'Drive-through',
      clearedLap: null,
    }
    expect(lineOf(penalty).sentences[0]!.with).toEqual({
      sanction: 'to:Drive-through',
      reason: 'for:Jump start',
    })
    const retirement: StoryEvent = {
      kind: 'retirement',
      lap: 4,
      entrants: ['driver:2'],
      place: 3,
      ahead: true,
      reasonOut: 'Retired',
    }
    expect(lineOf(retirement).sentences[0]!.with).toEqual({ name: 'Bo', place: 3, reason: 'out:Retired' })
  })
})

describe('the finish', () => {
  const finish: StoryEvent = {
    kind: 'finish',
    lap: 10,
    entrants: ['driver:1'],
    place: 8,
    overall: 20,
    gained: -1,
    behindWinner: 286_073,
    lapsBehind: 0,
    finished: true,
    reasonOut: 'Running',
  }

  it('has the place, the way there, and the distance', () => {
    expect(said(lineOf(finish))).toEqual(['finished', 'placesLost', 'finishedBehind'])
    expect(said(lineOf(finish, { multiClass: true }))).toContain('finishedOverall')
  })

  it('says why there was none', () => {
    const line = lineOf({ ...finish, finished: false, reasonOut: 'Disconnected' })
    expect(said(line)).toEqual(['out', 'classified', 'placesLost'])
    expect(line.sentences[0]!.with).toEqual({ reason: 'out:Disconnected' })
  })

  it('of who was still running counts the laps that were missing', () => {
    const line = lineOf({ ...finish, behindWinner: null, lapsBehind: 2 })
    expect(said(line)).toEqual(['finished', 'placesLost', 'finishedLaps'])
    expect(line.sentences[2]).toMatchObject({ count: 2 })
  })
})
