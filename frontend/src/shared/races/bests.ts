import type { RaceRow } from './rows'

/** A lap that was the best so far with a car at a track. */
export interface LapRecord {
  /** 1/10 000 s. */
  lapTime: number
  start: number
  driverRaceId: string
}

/** The personal best with a car at a track in one layout. */
export interface PersonalBest {
  key: string
  trackId: number
  trackName: string
  layout: string | null
  carId: number
  carName: string
  /** The latest race that is counted. */
  latest: number
  /** Races with a lap. */
  races: number
  best: LapRecord
  /** Each lap that was the best so far, earliest first; the last one is the best. */
  progression: LapRecord[]
}

/** Personal bests by car and track, of those with the latest race first. A lap that only equals the best is none. */
export function personalBests(rows: readonly RaceRow[]): PersonalBest[] {
  const bests = new Map<string, PersonalBest>()
  for (const { race, start, id } of earliestFirst(rows)) {
    const lapTime = race.bestLapTime
    if (lapTime == null || lapTime <= 0) continue
    const key = `${race.trackId} ${race.carId}`
    const record = { lapTime, start, driverRaceId: id }
    const known = bests.get(key)
    if (!known) {
      bests.set(key, {
        key,
        trackId: race.trackId,
        trackName: race.trackName,
        layout: race.layout ?? null,
        carId: race.carId,
        carName: race.carName,
        latest: start,
        races: 1,
        best: record,
        progression: [record],
      })
      continue
    }
    known.races += 1
    known.latest = start
    known.carName = race.carName
    known.trackName = race.trackName
    if (lapTime < known.best.lapTime) {
      known.best = record
      known.progression.push(record)
    }
  }
  return [...bests.values()].sort((a, b) => b.latest - a.latest || (a.key < b.key ? -1 : 1))
}

/** Rows by their start; those that start together by subsession. */
export function earliestFirst(rows: readonly RaceRow[]): RaceRow[] {
  return [...rows].sort((a, b) => a.start - b.start || a.race.subsessionId - b.race.subsessionId)
}
