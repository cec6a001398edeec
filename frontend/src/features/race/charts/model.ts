import type { LapClass, LapColumns, RaceAnalysis } from '@/shared/api/types'

import { MARKS, type ResultRow } from '../model'

/** What the charts show of an entrant besides the laps. */
export type ChartRow = Pick<
  ResultRow,
  | 'entrantId'
  | 'name'
  | 'carNumber'
  | 'me'
  | 'carClassId'
  | 'classIndex'
  | 'className'
  | 'position'
  | 'positionInClass'
  | 'startPosition'
  | 'startPositionInClass'
>

type Numbers = (number | null)[]

/** One entrant by lap: the value at place `n` of each list belongs to lap `n`, and place 0 to the grid. */
export interface Trace {
  row: ChartRow
  /** Since the simsession began, at the end of the lap, in ticks. */
  sessionTime: Numbers
  /** As iRacing timed it, or recovered from session times, in ticks. */
  lapTime: Numbers
  /** Whether the lap time is recovered. */
  recovered: boolean[]
  position: Numbers
  /** Place among those of the class who drove the lap; on the grid, as the result tells. */
  positionInClass: Numbers
  flags: number[]
  incident: boolean[]
  /** What kind of lap it is; `null` until the laps have been analysed. */
  lapClass: (LapClass | null)[]
  /** Whether it was at least partly under caution, whatever its kind. */
  caution: boolean[]
  /** The median of the pace laps of the stint that the lap is in. */
  stintMedian: Numbers
  stintCount: number
  lastLap: number
}

/** Distance at the end of the same lap: exact, and in whole laps of the reference. */
export interface Gaps {
  time: Numbers
  laps: Numbers
}

/** After these the session time of a crossing is not exact: discontinuity, interpolated crossing, clock smash. */
const INEXACT = 256 | 512 | 1024

/**
 * The time of a lap that iRacing did not count: the difference of two session times, if both are exact and the laps
 * follow each other.
 */
function recoveredTime(trace: Trace, lap: number): number | null {
  const before = trace.sessionTime[lap - 1]
  const after = trace.sessionTime[lap]
  if (before == null || after == null || after <= before) return null
  return ((trace.flags[lap - 1]! | trace.flags[lap]!) & INEXACT) === 0 ? after - before : null
}

function traceOf(
  row: ChartRow,
  columns: LapColumns,
  lapCount: number,
  analysis: Pick<RaceAnalysis, 'lapClasses' | 'entrants'> | null,
): Trace {
  const blank = (): Numbers => new Array<number | null>(lapCount + 1).fill(null)
  const trace: Trace = {
    row,
    sessionTime: blank(),
    lapTime: blank(),
    recovered: new Array<boolean>(lapCount + 1).fill(false),
    position: blank(),
    positionInClass: blank(),
    flags: new Array<number>(lapCount + 1).fill(0),
    incident: new Array<boolean>(lapCount + 1).fill(false),
    lapClass: new Array<LapClass | null>(lapCount + 1).fill(null),
    caution: new Array<boolean>(lapCount + 1).fill(false),
    stintMedian: blank(),
    stintCount: 0,
    lastLap: 0,
  }
  const analysed = analysis?.entrants.find(({ entrantId }) => entrantId === row.entrantId)
  columns.lap.forEach((lap, index) => {
    trace.lapClass[lap] = analysis?.lapClasses[analysed?.lapClass[index] ?? -1] ?? null
    trace.sessionTime[lap] = columns.sessionTime[index] ?? null
    trace.lapTime[lap] = lap > 0 ? (columns.lapTime[index] ?? null) : null
    trace.position[lap] = columns.position[index] ?? null
    trace.flags[lap] = columns.flags[index] ?? 0
    trace.incident[lap] = Boolean(columns.incident[index])
    trace.lastLap = Math.max(trace.lastLap, lap)
  })
  for (const lap of analysed?.cautionLaps ?? []) trace.caution[lap] = true
  for (let lap = 1; lap <= trace.lastLap; lap++) {
    if (trace.lapTime[lap] !== null) continue
    trace.lapTime[lap] = recoveredTime(trace, lap)
    trace.recovered[lap] = trace.lapTime[lap] !== null
  }
  for (const { firstLap, lastLap, median } of analysed?.stints ?? []) {
    trace.stintMedian.fill(median ?? null, firstLap, Math.min(lastLap, lapCount) + 1)
    trace.stintCount++
  }
  trace.position[0] = row.startPosition ?? trace.position[0] ?? null
  return trace
}

/** Counts each lap's places within each class; on the grid are also those who drove no lap. */
function rankInClass(traces: readonly Trace[], lapCount: number): void {
  const classes = new Map<number, Trace[]>()
  for (const trace of traces) {
    classes.set(trace.row.carClassId, [...(classes.get(trace.row.carClassId) ?? []), trace])
  }
  for (const members of classes.values()) {
    for (const trace of members) trace.positionInClass[0] = trace.row.startPositionInClass
    for (let lap = 1; lap <= lapCount; lap++) {
      const placed = members.filter(({ position }) => position[lap] != null)
      placed.sort((a, b) => a.position[lap]! - b.position[lap]!)
      placed.forEach((trace, index) => (trace.positionInClass[lap] = index + 1))
    }
  }
}

/** The whole field by lap, in finishing order; whoever has no result or drove no lap is left out. */
export function tracesOf(
  rows: readonly ChartRow[],
  entrants: readonly LapColumns[],
  analysis: Pick<RaceAnalysis, 'lapClasses' | 'entrants'> | null = null,
): Trace[] {
  let lapCount = 0
  for (const { lap } of entrants) for (const number of lap) lapCount = Math.max(lapCount, number)
  const columns = new Map(entrants.map((entrant) => [entrant.entrantId, entrant]))
  const traces = rows.flatMap((row) => {
    const own = columns.get(row.entrantId)
    return own?.lap.some((lap) => lap > 0) ? [traceOf(row, own, lapCount, analysis)] : []
  })
  rankInClass(traces, lapCount)
  return traces
}

/** When the first of some cars finished each lap. On the grid nobody has finished anything. */
export function firstCrossings(traces: readonly Trace[]): Numbers {
  const length = traces[0]?.sessionTime.length ?? 0
  return Array.from({ length }, (_, lap) => {
    if (lap === 0) return null
    let first: number | null = null
    for (const { sessionTime } of traces) {
      const time = sessionTime[lap]
      if (time != null && (first === null || time < first)) first = time
    }
    return first
  })
}

/**
 * The gap of a car to a reference at the end of each lap. A car is as many laps down as the reference has finished
 * beyond the same lap by then.
 */
export function gapsTo(reference: Numbers, trace: Trace): Gaps {
  const gaps: Gaps = { time: [], laps: [] }
  trace.sessionTime.forEach((time, lap) => {
    const atLine = reference[lap]
    if (lap === 0 || time === null || atLine == null) {
      gaps.time.push(null)
      gaps.laps.push(null)
      return
    }
    let laps = 0
    if (time >= atLine) {
      while ((reference[lap + 1 + laps] ?? Infinity) <= time) laps++
    } else {
      while (lap - 1 + laps > 0 && (reference[lap - 1 + laps] ?? Infinity) > time) laps--
    }
    gaps.time.push(time - atLine)
    gaps.laps.push(laps)
  })
  return gaps
}

/** To whom gaps are: the first of all shown, the first of each one's class, or an entrant. */
export type Reference = 'leader' | 'classLeader' | (string & {})

/** The gaps of all to a reference, in the order of the traces. */
export function gapsOf(traces: readonly Trace[], reference: Reference): Gaps[] {
  if (reference === 'classLeader') {
    const leaders = new Map<number, Numbers>()
    for (const { row } of traces) {
      if (leaders.has(row.carClassId)) continue
      leaders.set(
        row.carClassId,
        firstCrossings(traces.filter((other) => other.row.carClassId === row.carClassId)),
      )
    }
    return traces.map((trace) => gapsTo(leaders.get(trace.row.carClassId) ?? [], trace))
  }
  const chosen = traces.find(({ row }) => row.entrantId === reference)
  const crossings = chosen ? [null, ...chosen.sessionTime.slice(1)] : firstCrossings(traces)
  return traces.map((trace) => gapsTo(crossings, trace))
}

/** The times of laps driven for time; those of stops and spins would cross the chart from edge to edge. */
export function paceTimes({ lapTime, lapClass }: Trace): Numbers {
  return lapTime.map((time, lap) => (lapClass[lap] == null || lapClass[lap] === 'pace' ? time : null))
}

/** Kinds of laps that no flag of iRacing's tells, and why a lap is of them. */
export const SAID = { out: 'afterPit', outlier: 'slow' } as const

export function isSaid(lapClass: LapClass | null | undefined): lapClass is keyof typeof SAID {
  return lapClass != null && lapClass in SAID
}

/** What the lap-time chart marks. */
export type ChartMark = 'pit' | 'incident' | 'caution' | 'invalid'

export function chartMarks(trace: Trace, lap: number): ChartMark[] {
  const flags = trace.flags[lap] ?? 0
  return [
    ...((flags & (MARKS.pit | MARKS.tow)) !== 0 ? (['pit'] as const) : []),
    ...(trace.incident[lap] ? (['incident'] as const) : []),
    ...(trace.caution[lap] ? (['caution'] as const) : []),
    ...((flags & MARKS.invalid) !== 0 ? (['invalid'] as const) : []),
  ]
}

/**
 * Which of some lines is nearest to a height between two laps, and how far: by the straight line from lap to lap, or by
 * the step that ends with the later lap.
 */
export function nearestLine(
  lists: readonly Numbers[],
  at: number,
  heightOf: (value: number) => number,
  height: number,
  stepped: boolean,
): { index: number; distance: number } | null {
  const [before, after] = [Math.floor(at), Math.ceil(at)]
  let nearest: { index: number; distance: number } | null = null
  lists.forEach((list, index) => {
    const [from, to] = [list[before] ?? null, list[after] ?? null]
    const value =
      stepped || from === null || to === null
        ? (to ?? (stepped ? null : from))
        : from + (to - from) * (at - before)
    if (value === null) return
    const distance = Math.abs(heightOf(value) - height)
    if (nearest === null || distance < nearest.distance) nearest = { index, distance }
  })
  return nearest
}

/** Laps from and to, both shown. */
export type Stretch = readonly [from: number, to: number]

/** The shortest stretch to zoom into, in laps. */
const SHORTEST = 3

/** A stretch within the race, not shorter than is readable; `null` if it is the whole race. */
export function stretchWithin(from: number, to: number, lapCount: number): Stretch | null {
  let first = Math.max(0, Math.round(Math.min(from, to)))
  let last = Math.min(lapCount, Math.round(Math.max(from, to)))
  if (last - first < SHORTEST) {
    first = Math.max(0, Math.min(first, lapCount - SHORTEST))
    last = Math.min(lapCount, first + SHORTEST)
  }
  return first <= 0 && last >= lapCount ? null : [first, last]
}

/** Half of what is shown, or twice, about a lap. */
export function zoomed(shown: Stretch, about: number, factor: number, lapCount: number): Stretch | null {
  const half = ((shown[1] - shown[0]) * factor) / 2
  const centre = Math.min(Math.max(about, half), Math.max(half, lapCount - half))
  return stretchWithin(centre - half, centre + half, lapCount)
}

/** The least and the greatest value within a stretch of laps. */
export function extent(lists: readonly Numbers[], [from, to]: Stretch): [number, number] | null {
  let least = Infinity
  let greatest = -Infinity
  for (const list of lists) {
    for (let lap = from; lap <= to; lap++) {
      const value = list[lap]
      if (value == null) continue
      if (value < least) least = value
      if (value > greatest) greatest = value
    }
  }
  return least <= greatest ? [least, greatest] : null
}

/**
 * The range of lap times to draw: from the fastest to a little beyond what three quarters of all laps are within, so
 * that stops and spins do not squeeze the rest. Slower laps are drawn at the edge.
 */
export function usualRange(lists: readonly Numbers[], [from, to]: Stretch): [number, number] | null {
  const times: number[] = []
  for (const list of lists) {
    for (let lap = Math.max(1, from); lap <= to; lap++) if (list[lap] != null) times.push(list[lap]!)
  }
  if (times.length === 0) return null
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.round((times.length - 1) * share)]!
  const spread = Math.max(at(0.75) - at(0), at(0.5) * 0.01)
  return [at(0) - spread * 0.1, Math.max(at(0.75) + spread, at(0.5) * 1.02)]
}

/** How a highlighted line looks: which colour of the palette, and which dash tells it from others of that colour. */
export interface LineStyle {
  colour: 'mine' | number
  dash: number
}

const PALETTE = 6

/** With several classes the colour is the class; with one it only tells the drivers apart. */
export function lineStyles(highlighted: readonly ChartRow[], multiClass: boolean): Map<string, LineStyle> {
  const used = new Map<number, number>()
  let next = 0
  return new Map(
    highlighted.map((row): [string, LineStyle] => {
      if (row.me) return [row.entrantId, { colour: 'mine', dash: 0 }]
      const colour = multiClass ? row.classIndex % PALETTE : next++ % PALETTE
      const dash = used.get(colour) ?? 0
      used.set(colour, dash + 1)
      return [row.entrantId, { colour, dash }]
    }),
  )
}
