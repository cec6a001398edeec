import type {
  Entrant,
  LapClass,
  LapColumns,
  LapReason,
  RaceAnalysis,
  Session,
  Simsession,
  SimsessionResult,
  TeamDriver,
} from '@/shared/api/types'
import { iratingChange, safetyChange, type IratingChange, type SafetyChange } from '@/shared/format/rating'

/** Distance to the leader. */
export type Distance =
  { kind: 'leader' } | { kind: 'time'; ticks: number } | { kind: 'laps'; laps: number } | { kind: 'none' }

interface Row {
  name: string
  lapsComplete: number
  lapsLed: number
  bestLapTime: number | null
  averageLapTime: number | null
  incidents: number
  reasonOut: string | null
  irating: IratingChange | null
  safety: SafetyChange | null
  cpi: CpiChange | null
}

/** Corners per incident, over the latest races: more is cleaner. */
export interface CpiChange {
  to: number
  change: number
}

/** A member of a team, under the team's row. */
export interface TeamDriverRow extends Row {
  driverId: number
}

/** One line of a simsession's results. */
export interface ResultRow extends Row {
  entrantId: string
  ai: boolean
  me: boolean
  carNumber: string
  carName: string
  carClassId: number
  className: string
  /** Which of the session's classes, from 0, for its mark. */
  classIndex: number
  position: number | null
  positionInClass: number | null
  startPosition: number | null
  startPositionInClass: number | null
  distance: Distance
  distanceInClass: Distance
  /** The best lap of the class. */
  fastestInClass: boolean
  drivers: TeamDriverRow[]
}

/** Who is still in the race when it ends has this reason out. */
const FINISHED = 'Running'

/** The id of a race is `<start>-<subsession id>`; `null` for a text that is none. */
export function subsessionOf(driverRaceId: string): number | null {
  const match = /^\d+-(\d+)$/.exec(driverRaceId)
  return match ? Number(match[1]) : null
}

/** The simsessions as a driver thinks of them: the main event first, then the ones before it, latest first. */
export function orderedSimsessions(session: Session): Simsession[] {
  return [...session.simsessions].sort((a, b) => b.number - a.number)
}

/**
 * The simsession to show first: the driver's last race, which for whoever was knocked out is a heat; else the main event,
 * or whatever there is.
 */
export function openingSimsession(session: Session): Simsession | undefined {
  const ordered = orderedSimsessions(session)
  const races = ordered.filter(({ type }) => type === 'race')
  const own = session.entrants.find(({ entrantId }) => entrantId === session.callerEntrantId)
  return races.find(({ number }) => own && resultIn(own, number)) ?? races[0] ?? ordered[0]
}

function resultIn(
  of: Pick<Entrant | TeamDriver, 'results'>,
  simsession: number,
): SimsessionResult | undefined {
  return of.results.find((result) => result.simsession === simsession)
}

/** Results of one simsession in finishing order; those without a position come last. */
export function resultsOf(session: Session, simsession: number): ResultRow[] {
  const isRace = session.simsessions.find(({ number }) => number === simsession)?.type === 'race'
  const classes = session.carClasses.map(({ carClassId }) => carClassId)
  const found = session.entrants.flatMap((entrant) => {
    const result = resultIn(entrant, simsession)
    return result ? [{ entrant, result }] : []
  })
  found.sort((a, b) => (a.result.position ?? Infinity) - (b.result.position ?? Infinity))

  const leader = found[0]?.result
  const classLeaders = new Map<number, SimsessionResult>()
  const fastest = new Map<number, number>()
  for (const { entrant, result } of found) {
    if (!classLeaders.has(entrant.carClassId)) classLeaders.set(entrant.carClassId, result)
    const best = result.bestLapTime
    if (best != null) {
      fastest.set(entrant.carClassId, Math.min(best, fastest.get(entrant.carClassId) ?? Infinity))
    }
  }

  return found.map(({ entrant, result }) => {
    const carClass = session.carClasses.find(({ carClassId }) => carClassId === entrant.carClassId)
    return {
      ...rowOf(entrant.name, result, isRace),
      entrantId: entrant.entrantId,
      ai: entrant.ai,
      me: entrant.entrantId === session.callerEntrantId,
      carNumber: entrant.carNumber,
      carName: entrant.carName,
      carClassId: entrant.carClassId,
      className: carClass?.shortName || carClass?.name || '',
      classIndex: Math.max(0, classes.indexOf(entrant.carClassId)),
      position: result.position ?? null,
      positionInClass: result.positionInClass ?? null,
      startPosition: result.startPosition ?? null,
      startPositionInClass: result.startPositionInClass ?? null,
      distance: distanceTo(isRace, leader, result, result.interval),
      distanceInClass: distanceTo(isRace, classLeaders.get(entrant.carClassId), result, result.classInterval),
      fastestInClass: result.bestLapTime != null && result.bestLapTime === fastest.get(entrant.carClassId),
      drivers: entrant.drivers.flatMap((driver) => {
        const own = resultIn(driver, simsession)
        return own ? [{ ...rowOf(driver.name, own, isRace), driverId: driver.driverId }] : []
      }),
    }
  })
}

function rowOf(name: string, result: SimsessionResult, isRace: boolean): Row {
  return {
    name,
    lapsComplete: result.lapsComplete,
    lapsLed: result.lapsLed,
    bestLapTime: result.bestLapTime ?? null,
    averageLapTime: result.averageLapTime ?? null,
    incidents: result.incidents,
    reasonOut: result.reasonOut === FINISHED ? null : result.reasonOut,
    // Outside of races the new ratings are the old ones.
    irating: isRace ? iratingChange(result) : null,
    safety: isRace ? safetyChange(result) : null,
    cpi: isRace ? cpiChange(result) : null,
  }
}

export function cpiChange({
  oldCpi,
  newCpi,
}: {
  oldCpi?: number | null
  newCpi?: number | null
}): CpiChange | null {
  return oldCpi == null || newCpi == null ? null : { to: newCpi, change: newCpi - oldCpi }
}

function distanceTo(
  isRace: boolean,
  leader: SimsessionResult | undefined,
  result: SimsessionResult,
  interval: number | null | undefined,
): Distance {
  if (!leader || result.position == null) return { kind: 'none' }
  if (result === leader) return { kind: 'leader' }
  if (interval != null) return { kind: 'time', ticks: interval }
  // Elsewhere laps are no distance: they are how often somebody tried.
  if (!isRace) return { kind: 'none' }
  const laps = leader.lapsComplete - result.lapsComplete
  return laps > 0 && result.lapsComplete > 0 ? { kind: 'laps', laps } : { kind: 'none' }
}

/** Which split this was, 1 for the strongest, and how strong all were; `null` if there was only one. */
export function splitOf(session: Session): { number: number; count: number; strengths: number[] } | null {
  if (session.splits.length < 2) return null
  const ranked = [...session.splits].sort((a, b) => b.strengthOfField - a.strengthOfField)
  const index = ranked.findIndex(({ subsessionId }) => subsessionId === session.subsessionId)
  if (index < 0) return null
  return {
    number: index + 1,
    count: ranked.length,
    strengths: ranked.map(({ strengthOfField }) => strengthOfField),
  }
}

/** What can be told of a lap besides its time, as iRacing's bits name it. */
export const MARKS = {
  pit: 2,
  invalid: 1,
  tow: 2048,
  reset: 16,
  blackFlag: 8,
  repair: 65536,
  joker: 32768,
  driverChange: 4096,
  offTrack: 4,
  contact: 32,
  carContact: 64,
  lostControl: 128,
} as const

export type Mark = keyof typeof MARKS | 'incident'

const INCIDENTS: readonly Mark[] = ['offTrack', 'contact', 'carContact', 'lostControl']

export function marksOf(flags: number, incident: boolean): Mark[] {
  const marks = (Object.keys(MARKS) as (keyof typeof MARKS)[]).filter((mark) => (flags & MARKS[mark]) !== 0)
  // What happened says more than that something happened.
  if (incident && !marks.some((mark) => INCIDENTS.includes(mark))) return [...marks, 'incident']
  return marks
}

export function isIncident(mark: Mark): boolean {
  return mark === 'incident' || INCIDENTS.includes(mark)
}

/** One lap of one entrant. */
export interface Lap {
  lap: number
  time: number | null
  /** Whether the time is a difference of session times, as iRacing gave none. */
  recovered: boolean
  position: number | null
  sessionTime: number | null
  marks: Mark[]
  /** What kind of lap it is, and why, once it has been analysed. */
  lapClass: LapClass | null
  /** Whether it was at least partly under caution, whatever its kind. */
  caution: boolean
  reason: LapReason | null
  /** Who drove it, in a team. */
  driverId: number | null
  personalBest: boolean
  /** The fastest of the whole field. */
  fastest: boolean
}

export interface EntrantLaps {
  entrantId: string
  best: number | null
  laps: Lap[]
}

/** Whether iRacing takes a lap for a best one: timed, valid, without incident points, and not the one from the grid. */
function counts(columns: LapColumns, index: number): boolean {
  const time = columns.lapTime[index]
  return (
    time != null &&
    time > 0 &&
    (columns.lap[index] ?? 0) > 1 &&
    ((columns.flags[index] ?? 0) & MARKS.invalid) === 0 &&
    !columns.incident[index]
  )
}

function bestOf(columns: LapColumns): number | null {
  let best: number | null = null
  columns.lapTime.forEach((time, index) => {
    if (time != null && counts(columns, index) && (best === null || time < best)) best = time
  })
  return best
}

/** The columns of the wire as laps, for each entrant. Lap 0, the grid, is none. */
export function lapsOf(
  entrants: readonly LapColumns[],
  analysis: Pick<RaceAnalysis, 'lapClasses' | 'lapReasons' | 'entrants'> | null = null,
): Map<string, EntrantLaps> {
  const analysed = new Map(analysis?.entrants.map((entrant) => [entrant.entrantId, entrant]))
  const bests = new Map(entrants.map((columns) => [columns.entrantId, bestOf(columns)]))
  const fastest = Math.min(...[...bests.values()].map((best) => best ?? Infinity))
  return new Map(
    entrants.map((columns) => {
      const best = bests.get(columns.entrantId) ?? null
      let bestSeen = false
      const own = analysed.get(columns.entrantId)
      const recovered = new Map(own?.recovered.map(({ lap, lapTime }) => [lap, lapTime]))
      const caution = new Set(own?.cautionLaps)
      const laps = columns.lap.flatMap((lap, index): Lap[] => {
        if (lap < 1) return []
        const time = columns.lapTime[index] ?? null
        const personalBest = !bestSeen && time !== null && time === best && counts(columns, index)
        bestSeen ||= personalBest
        return [
          {
            lap,
            time: time ?? recovered.get(lap) ?? null,
            recovered: time === null && recovered.has(lap),
            position: columns.position[index] ?? null,
            sessionTime: columns.sessionTime[index] ?? null,
            marks: marksOf(columns.flags[index] ?? 0, Boolean(columns.incident[index])),
            lapClass: analysis?.lapClasses[own?.lapClass[index] ?? -1] ?? null,
            caution: caution.has(lap),
            reason: analysis?.lapReasons[own?.lapReason[index] ?? -1] ?? null,
            driverId: columns.driver?.[index] ?? null,
            personalBest,
            fastest: personalBest && time === fastest,
          },
        ]
      })
      return [columns.entrantId, { entrantId: columns.entrantId, best, laps }]
    }),
  )
}

/** One line of laps side by side: the same lap of each chosen entrant. */
export interface LapLine {
  lap: number
  cells: (LapCell | null)[]
}

export interface LapCell extends Lap {
  /** On the road behind (or ahead of, if negative) the first chosen entrant at the end of this lap. */
  gap: number | null
}

/** Lines the chosen entrants' laps up; gaps are to the first of them. */
export function sideBySide(chosen: readonly (EntrantLaps | undefined)[]): LapLine[] {
  const byLap = chosen.map((entrant) => new Map(entrant?.laps.map((lap) => [lap.lap, lap])))
  const last = Math.max(0, ...chosen.map((entrant) => entrant?.laps.at(-1)?.lap ?? 0))
  return Array.from({ length: last }, (_, index) => {
    const lap = index + 1
    const reference = byLap[0]?.get(lap)?.sessionTime ?? null
    return {
      lap,
      cells: byLap.map((laps, column) => {
        const own = laps.get(lap)
        if (!own) return null
        const comparable = column > 0 && reference !== null && own.sessionTime !== null
        return { ...own, gap: comparable ? own.sessionTime! - reference : null }
      }),
    }
  })
}

/**
 * Whose laps to show at first: the driver, the winner of the driver's class, and the two who finished around the
 * driver. Somebody who did not take part sees the first three.
 */
export function firstChoice(
  rows: readonly Pick<ResultRow, 'entrantId' | 'me' | 'carClassId'>[],
  withLaps: ReadonlySet<string>,
): string[] {
  const driven = rows.filter(({ entrantId }) => withLaps.has(entrantId))
  const mine = driven.find(({ me }) => me)
  if (!mine) return driven.slice(0, 3).map(({ entrantId }) => entrantId)
  const rivals = driven.filter(({ carClassId }) => carClassId === mine.carClassId)
  const place = rivals.indexOf(mine)
  const wanted = [mine, rivals[0], rivals[place - 1], rivals[place + 1]]
  return [...new Set(wanted.flatMap((row) => (row ? [row.entrantId] : [])))]
}
