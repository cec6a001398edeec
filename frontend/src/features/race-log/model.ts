import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import type { Discipline, Race, RaceKind } from '@/shared/api/types'
import { badgesOf, type Badge } from '@/shared/format/badges'
import { iratingChange, safetyChange, type IratingChange, type SafetyChange } from '@/shared/format/rating'
import { calendarDay } from '@/shared/format/time'

/** A race as the log shows it: what can be worked out once is worked out. */
export interface RaceRow {
  id: string
  race: Race
  start: number
  /** The day in the driver's zone, `2026-03-01`. */
  day: string
  badges: Badge[]
  multiClass: boolean
  irating: IratingChange | null
  safety: SafetyChange | null
  /** Everything that the text search looks at, in lower case. */
  text: string
}

export function toRow(race: Race, timeZone: string): RaceRow {
  return {
    id: race.driverRaceId,
    race,
    start: Date.parse(race.startTime),
    day: calendarDay(race.startTime, timeZone),
    badges: badgesOf(race),
    multiClass: race.classCount > 1,
    // Only official races move ratings; elsewhere iRacing repeats the old number.
    irating: race.kind === 'official' ? iratingChange(race) : null,
    safety: race.kind === 'official' ? safetyChange(race) : null,
    text: [
      race.seriesName,
      race.leagueName,
      race.sessionName,
      race.teamName,
      race.trackName,
      race.layout,
      race.carName,
      race.carClassName,
    ]
      .filter(Boolean)
      .join('\n')
      .toLowerCase(),
  }
}

/** `all`, a number of days back, a year, or `custom` with its two days. */
export type Range = 'all' | '30d' | '90d' | '365d' | 'custom' | `${number}`

export interface Filters {
  range: Range
  from: string
  to: string
  discipline: Discipline | ''
  series: number | null
  car: number | null
  track: number | null
  kind: RaceKind | 'team' | 'heat' | ''
  text: string
}

export const NO_FILTERS: Readonly<Filters> = {
  range: 'all',
  from: '',
  to: '',
  discipline: '',
  series: null,
  car: null,
  track: null,
  kind: '',
  text: '',
}

const DISCIPLINES: readonly Discipline[] = [
  'sports_car',
  'formula_car',
  'oval',
  'dirt_oval',
  'dirt_road',
  'road',
]
export const KINDS: readonly Filters['kind'][] = [
  'official',
  'unofficial',
  'hosted',
  'league',
  'team',
  'heat',
]

const DAY = /^\d{4}-\d{2}-\d{2}$/

function one(value: LocationQuery[string] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

function id(value: string): number | null {
  return /^-?\d{1,15}$/.test(value) ? Number(value) : null
}

/** Reads the filters of an address; whatever makes no sense there is as if it were not. */
export function filtersFromQuery(query: LocationQuery): Filters {
  const range = one(query.range)
  const from = one(query.from)
  const to = one(query.to)
  const custom = DAY.test(from) || DAY.test(to)
  return {
    range: custom ? 'custom' : /^(30d|90d|365d|\d{4})$/.test(range) ? (range as Range) : 'all',
    from: DAY.test(from) ? from : '',
    to: DAY.test(to) ? to : '',
    discipline: DISCIPLINES.find((known) => known === one(query.discipline)) ?? '',
    series: id(one(query.series)),
    car: id(one(query.car)),
    track: id(one(query.track)),
    kind: KINDS.find((known) => known === one(query.kind)) ?? '',
    text: one(query.q),
  }
}

/** The reverse: only what is chosen appears in the address. */
export function filtersToQuery(filters: Filters): LocationQueryRaw {
  const query: LocationQueryRaw = {}
  if (filters.range === 'custom') {
    if (filters.from) query.from = filters.from
    if (filters.to) query.to = filters.to
  } else if (filters.range !== 'all') query.range = filters.range
  if (filters.discipline) query.discipline = filters.discipline
  if (filters.series !== null) query.series = String(filters.series)
  if (filters.car !== null) query.car = String(filters.car)
  if (filters.track !== null) query.track = String(filters.track)
  if (filters.kind) query.kind = filters.kind
  if (filters.text.trim()) query.q = filters.text.trim()
  return query
}

export function activeFilterCount(filters: Filters): number {
  const { from: _from, to: _to, ...query } = filtersToQuery(filters)
  return Object.keys(query).length + (_from || _to ? 1 : 0)
}

/** The days that a range covers, both included; an empty text is open. */
function daysOf(filters: Filters, today: string): { from: string; to: string } {
  const { range } = filters
  if (range === 'all') return { from: '', to: '' }
  if (range === 'custom') return { from: filters.from, to: filters.to }
  if (!range.endsWith('d')) return { from: `${range}-01-01`, to: `${range}-12-31` }
  const days = Number(range.slice(0, -1))
  const from = new Date(Date.parse(today) - (days - 1) * 86_400_000)
  return { from: from.toISOString().slice(0, 10), to: '' }
}

export function filterRows(rows: readonly RaceRow[], filters: Filters, today: string): RaceRow[] {
  const { from, to } = daysOf(filters, today)
  const words = filters.text.toLowerCase().split(/\s+/).filter(Boolean)
  const { discipline, series, car, track, kind } = filters
  return rows.filter(({ race, day, text }) => {
    if (from && day < from) return false
    if (to && day > to) return false
    if (discipline && race.discipline !== discipline) return false
    if (series !== null && race.seriesId !== series) return false
    if (car !== null && race.carId !== car) return false
    if (track !== null && race.trackId !== track) return false
    if (kind === 'team' && !race.team) return false
    if (kind === 'heat' && !race.heat) return false
    if (kind && kind !== 'team' && kind !== 'heat' && race.kind !== kind) return false
    return words.every((word) => text.includes(word))
  })
}

export interface Choice<Value> {
  value: Value
  label: string
  count: number
}

export interface Choices {
  years: string[]
  disciplines: Discipline[]
  series: Choice<number>[]
  cars: Choice<number>[]
  tracks: Choice<number>[]
}

/** What there is to choose from: only what the driver has driven. */
export function choicesOf(rows: readonly RaceRow[]): Choices {
  const disciplines = new Set(rows.map(({ race }) => race.discipline))
  return {
    years: [...new Set(rows.map(({ day }) => day.slice(0, 4)))].sort().reverse(),
    disciplines: DISCIPLINES.filter((discipline) => disciplines.has(discipline)),
    series: countBy(
      rows,
      ({ race }) => race.seriesId ?? null,
      ({ race }) => race.seriesName,
    ),
    cars: countBy(
      rows,
      ({ race }) => race.carId,
      ({ race }) => race.carName,
    ),
    tracks: countBy(
      rows,
      ({ race }) => race.trackId,
      ({ race }) => trackLabel(race),
    ),
  }
}

export function trackLabel(race: Pick<Race, 'trackName' | 'layout'>): string {
  return race.layout ? `${race.trackName} – ${race.layout}` : race.trackName
}

function countBy(
  rows: readonly RaceRow[],
  valueOf: (row: RaceRow) => number | null,
  labelOf: (row: RaceRow) => string,
): Choice<number>[] {
  const found = new Map<number, Choice<number>>()
  for (const row of rows) {
    const value = valueOf(row)
    if (value === null) continue
    const known = found.get(value)
    // Rows come newest first, so a renamed series goes by its latest name.
    if (known) known.count += 1
    else found.set(value, { value, label: labelOf(row), count: 1 })
  }
  return [...found.values()].sort((a, b) => a.label.localeCompare(b.label))
}

export interface Totals {
  races: number
  wins: number
  podiums: number
  /** `null` without a race. */
  incidentsPerRace: number | null
  laps: number
  /** One a discipline, never summed: their ratings have nothing to do with each other. */
  irating: { discipline: Discipline; change: number; current: number; races: number }[]
}

export function totalsOf(rows: readonly RaceRow[]): Totals {
  let wins = 0
  let podiums = 0
  let incidents = 0
  let laps = 0
  const byDiscipline = new Map<Discipline, Totals['irating'][number] & { latest: number }>()
  for (const { race, irating, start } of rows) {
    const finish = race.finishPositionInClass ?? race.finishPosition
    if (finish === 1) wins += 1
    if (finish != null && finish <= 3) podiums += 1
    incidents += race.incidents
    laps += race.lapsComplete
    if (!irating || !race.discipline) continue
    const sum = byDiscipline.get(race.discipline)
    if (!sum) {
      byDiscipline.set(race.discipline, {
        discipline: race.discipline,
        change: irating.change,
        current: irating.to,
        races: 1,
        latest: start,
      })
      continue
    }
    sum.change += irating.change
    sum.races += 1
    if (start > sum.latest) {
      sum.latest = start
      sum.current = irating.to
    }
  }
  return {
    races: rows.length,
    wins,
    podiums,
    incidentsPerRace: rows.length === 0 ? null : incidents / rows.length,
    laps,
    irating: DISCIPLINES.flatMap((discipline) => {
      const sum = byDiscipline.get(discipline)
      return sum ? [{ discipline, change: sum.change, current: sum.current, races: sum.races }] : []
    }),
  }
}

export type SortKey =
  | 'date'
  | 'series'
  | 'car'
  | 'track'
  | 'carClass'
  | 'inClass'
  | 'overall'
  | 'incidents'
  | 'irating'
  | 'safety'
  | 'laps'
  | 'strength'

export interface Sort {
  key: SortKey
  descending: boolean
}

export const NEWEST_FIRST: Readonly<Sort> = { key: 'date', descending: true }

/** What a column sorts by; `undefined` sorts last whatever the direction. */
export const SORT_VALUES: Record<SortKey, (row: RaceRow) => number | string | undefined> = {
  date: ({ start }) => start,
  series: ({ race }) => race.seriesName,
  car: ({ race }) => race.carName,
  track: ({ race }) => trackLabel(race),
  carClass: ({ race }) => race.carClassName,
  inClass: ({ race }) => race.finishPositionInClass ?? race.finishPosition ?? undefined,
  overall: ({ race }) => race.finishPosition ?? undefined,
  incidents: ({ race }) => race.incidents,
  irating: ({ irating }) => irating?.change,
  safety: ({ safety }) => safety?.change ?? undefined,
  laps: ({ race }) => race.lapsComplete,
  strength: ({ race }) => race.strengthOfField ?? undefined,
}

/** Columns whose best or latest is the greatest begin with that. */
export const DESCENDING_FIRST: readonly SortKey[] = ['date', 'irating', 'safety', 'laps', 'strength']

export function sortFromQuery(query: LocationQuery): Sort {
  const text = one(query.sort)
  const key = text.replace(/^-/, '')
  return key in SORT_VALUES ? { key: key as SortKey, descending: text.startsWith('-') } : { ...NEWEST_FIRST }
}

export function sortToQuery(sort: Sort): LocationQueryRaw {
  if (sort.key === NEWEST_FIRST.key && sort.descending === NEWEST_FIRST.descending) return {}
  return { sort: (sort.descending ? '-' : '') + sort.key }
}

/** A race's start, read from its id (`<unix seconds>-<subsession id>`). */
export function startOf(driverRaceId: string): number {
  return Number(driverRaceId.split('-')[0]) * 1000
}
