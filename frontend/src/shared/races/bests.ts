import { byTime, type RaceRow } from './rows'

/** A lap that was the best so far with a car at a track. */
export interface LapRecord {
  /** 1/10 000 s. */
  lapTime: number
  start: number
  driverRaceId: string
}

/** The best lap of races or of qualifying, and how it came about. */
export interface BestLap {
  best: LapRecord
  /** Each lap that was the best so far, earliest first; the last one is the best. */
  progression: LapRecord[]
}

/** The personal bests with a car at a track in one layout. */
export interface PersonalBest {
  key: string
  trackId: number
  trackName: string
  layout: string | null
  carId: number
  carName: string
  /** The latest race that is counted. */
  latest: number
  /** Races with a lap, be it one of qualifying. */
  races: number
  race: BestLap | null
  qualifying: BestLap | null
}

/** Personal bests by car and track, of those with the latest race first. A lap that only equals the best is none. */
export function personalBests(rows: readonly RaceRow[]): PersonalBest[] {
  const bests = new Map<string, PersonalBest>()
  for (const { race, start, id } of earliestFirst(rows)) {
    const { trackId, trackName, carId, carName } = race
    const record = (lapTime: number | null | undefined): LapRecord | null =>
      lapTime == null || lapTime <= 0 ? null : { lapTime, start, driverRaceId: id }
    const [raced, qualified] = [record(race.bestLapTime), record(race.qualifyingTime)]
    if (!raced && !qualified) continue
    const key = `${trackId} ${carId}`
    const known = bests.get(key)
    bests.set(key, {
      key,
      trackId,
      trackName,
      layout: race.layout ?? null,
      carId,
      carName,
      latest: start,
      races: (known?.races ?? 0) + 1,
      race: bettered(known?.race ?? null, raced),
      qualifying: bettered(known?.qualifying ?? null, qualified),
    })
  }
  return [...bests.values()].sort((a, b) => b.latest - a.latest || (a.key < b.key ? -1 : 1))
}

function bettered(known: BestLap | null, lap: LapRecord | null): BestLap | null {
  if (!lap || (known && known.best.lapTime <= lap.lapTime)) return known
  return { best: lap, progression: [...(known?.progression ?? []), lap] }
}

export function earliestFirst(rows: readonly RaceRow[]): RaceRow[] {
  return [...rows].sort(byTime)
}
