import type { Track } from '@/shared/api/types'
import { textOrder } from '@/shared/format/preferences'
import type { RaceRow } from '@/shared/races/rows'

/** What a driver did with a track, a car or in a series. */
export interface Visits {
  races: number
  wins: number
  podiums: number
  /** Start of the latest race. */
  last: number
}

/** Visits by what the races have in common; what is `null` of a race does not count. */
export function visitsBy<Key>(
  rows: readonly RaceRow[],
  keyOf: (row: RaceRow) => Key | null | undefined,
): Map<Key, Visits> {
  const visits = new Map<Key, Visits>()
  for (const row of rows) {
    const key = keyOf(row)
    if (key == null) continue
    let known = visits.get(key)
    if (!known) visits.set(key, (known = { races: 0, wins: 0, podiums: 0, last: row.start }))
    known.races += 1
    if (row.place === 1) known.wins += 1
    if (row.place !== null && row.place <= 3) known.podiums += 1
    known.last = Math.max(known.last, row.start)
  }
  return visits
}

/** A track with all its layouts. */
export interface Venue {
  name: string
  location: string
  /** By their names. */
  layouts: Track[]
  /** Layouts that were raced on. */
  driven: number
  visits: Visits | null
  /** The layout to show first: the one most raced on, else the first that is not retired. */
  first: Track
  latitude: number | null
  longitude: number | null
  retired: boolean
}

export function venuesOf(tracks: readonly Track[], rows: readonly RaceRow[]): Venue[] {
  // By what a track is called now: a race knows what it was called then.
  const names = new Map(tracks.map(({ trackId, name }) => [trackId, name]))
  const byName = visitsBy(rows, ({ race }) => names.get(race.trackId))
  const byTrack = visitsBy(rows, ({ race }) => race.trackId)
  const order = textOrder()
  const venues = new Map<string, Track[]>()
  for (const track of tracks) {
    const own = venues.get(track.name)
    if (own) own.push(track)
    else venues.set(track.name, [track])
  }
  return [...venues].map(([name, all]) => {
    const layouts = [...all].sort((a, b) => order(a.layout ?? '', b.layout ?? ''))
    const races = (track: Track) => byTrack.get(track.trackId)?.races ?? 0
    const first = [...layouts].sort(
      (a, b) => races(b) - races(a) || Number(a.retired) - Number(b.retired),
    )[0]!
    const placed = layouts.find(({ latitude, longitude }) => latitude != null && longitude != null)
    return {
      name,
      location: first.location,
      layouts,
      driven: layouts.filter((track) => races(track) > 0).length,
      visits: byName.get(name) ?? null,
      first,
      latitude: placed?.latitude ?? null,
      longitude: placed?.longitude ?? null,
      retired: layouts.every(({ retired }) => retired),
    }
  })
}

/** All words of a search are somewhere in a text. */
export function matches(text: string, search: string): boolean {
  const lower = text.toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word))
}

const CATEGORIES = ['dirt_oval', 'dirt_road', 'sports_car', 'formula_car', 'oval', 'road']

/** iRacing's word for a discipline, as the messages name it: a track of `road` is one for all road racing. */
export function categoryKey(category: string): string {
  return CATEGORIES.includes(category) ? category : 'other'
}
