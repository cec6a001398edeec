import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import type { Discipline, RaceKind } from '@/shared/api/types'
import { textOrder } from '@/shared/format/preferences'

import { trackLabel, type RaceRow } from './rows'

/** `all`, a number of days back, a year, a season (`2026S1`), or `custom` with its two days. */
export type Range = 'all' | '30d' | '90d' | '365d' | 'custom' | `${number}` | `${number}S${number}`

export const RESULTS = ['win', 'podium', 'topFive', 'finished', 'retired', 'clean', 'pole'] as const
export type Result = (typeof RESULTS)[number]

/** Which races: those for which all of it holds. The log, the journal and the analytics share them. */
export interface Filters {
  range: Range
  /** First and last day of `custom`, or of a part of a season. */
  from: string
  to: string
  discipline: Discipline | ''
  series: number | null
  car: number | null
  /** A track in one layout. */
  track: number | null
  /** A track by its name, in whatever layout. */
  venue: string
  /** A class by its name: iRacing gives the same class another number each season. */
  carClass: string
  kind: RaceKind | 'team' | 'heat' | ''
  result: Result | ''
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
  venue: '',
  carClass: '',
  kind: '',
  result: '',
  text: '',
}

/** In the order that everything is shown in. */
export const DISCIPLINES: readonly Discipline[] = [
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

/** A season is no stretch of days: races of no season are between those of it. */
export function isSeason(range: string): boolean {
  return /^\d{4}S[1-4]$/.test(range)
}

/** Whether it is a day that there is, as `2026-03-01`. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

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
  const custom = (isDay(from) || isDay(to)) && !isSeason(range)
  const track = id(one(query.track))
  return {
    range: custom ? 'custom' : /^(30d|90d|365d|\d{4}(S[1-4])?)$/.test(range) ? (range as Range) : 'all',
    from: isDay(from) ? from : '',
    to: isDay(to) ? to : '',
    discipline: DISCIPLINES.find((known) => known === one(query.discipline)) ?? '',
    series: id(one(query.series)),
    car: id(one(query.car)),
    track,
    venue: track === null ? one(query.venue).slice(0, 100) : '',
    carClass: one(query.class).slice(0, 100),
    kind: KINDS.find((known) => known === one(query.kind)) ?? '',
    result: RESULTS.find((known) => known === one(query.result)) ?? '',
    text: one(query.q),
  }
}

/** The reverse: only what is chosen appears in the address. */
export function filtersToQuery(filters: Filters): LocationQueryRaw {
  const query: LocationQueryRaw = {}
  const { range } = filters
  if (range !== 'all' && range !== 'custom') query.range = range
  if (range === 'custom' || isSeason(range)) {
    if (filters.from) query.from = filters.from
    if (filters.to) query.to = filters.to
  }
  if (filters.discipline) query.discipline = filters.discipline
  if (filters.series !== null) query.series = String(filters.series)
  if (filters.car !== null) query.car = String(filters.car)
  if (filters.track !== null) query.track = String(filters.track)
  else if (filters.venue) query.venue = filters.venue
  if (filters.carClass) query.class = filters.carClass
  if (filters.kind) query.kind = filters.kind
  if (filters.result) query.result = filters.result
  if (filters.text.trim()) query.q = filters.text.trim()
  return query
}

export function sameFilters(one: Filters, other: Filters): boolean {
  return JSON.stringify(filtersToQuery(one)) === JSON.stringify(filtersToQuery(other))
}

/** How many are chosen; the two ends of a stretch of days are one. */
export function activeFilterCount(filters: Filters): number {
  const { from: _from, to: _to, ...query } = filtersToQuery(filters)
  return Object.keys(query).length + (_from || _to ? 1 : 0)
}

/** The days that a range covers, both included; an empty text is open. */
export function daysOf(filters: Filters, today: string): { from: string; to: string } {
  const { range } = filters
  if (range === 'all') return { from: '', to: '' }
  if (range === 'custom' || isSeason(range)) return { from: filters.from, to: filters.to }
  if (!range.endsWith('d')) return { from: `${range}-01-01`, to: `${range}-12-31` }
  const days = Number(range.slice(0, -1))
  const from = new Date(Date.parse(today) - (days - 1) * 86_400_000)
  return { from: from.toISOString().slice(0, 10), to: '' }
}

const FITS: Record<Result, (row: RaceRow) => boolean> = {
  win: ({ place }) => place === 1,
  podium: ({ place }) => place !== null && place <= 3,
  topFive: ({ place }) => place !== null && place <= 5,
  finished: ({ finished }) => finished,
  retired: ({ finished }) => !finished,
  clean: ({ race }) => race.incidents === 0,
  pole: ({ grid }) => grid === 1,
}

export function filterRows(rows: readonly RaceRow[], filters: Filters, today: string): RaceRow[] {
  const { from, to } = daysOf(filters, today)
  const words = filters.text.toLowerCase().split(/\s+/).filter(Boolean)
  const [year, quarter] = isSeason(filters.range) ? filters.range.split('S').map(Number) : []
  const { discipline, series, car, track, venue, carClass, kind } = filters
  const fits = filters.result ? FITS[filters.result] : null
  return rows.filter((row) => {
    const { race, day, text } = row
    if (from && day < from) return false
    if (to && day > to) return false
    if (year !== undefined && (race.seasonYear !== year || race.seasonQuarter !== quarter)) return false
    if (discipline && race.discipline !== discipline) return false
    if (series !== null && race.seriesId !== series) return false
    if (car !== null && race.carId !== car) return false
    if (track !== null && race.trackId !== track) return false
    if (venue && race.trackName !== venue) return false
    if (carClass && race.carClassName !== carClass) return false
    if (kind === 'team' && !race.team) return false
    if (kind === 'heat' && !race.heat) return false
    if (kind && kind !== 'team' && kind !== 'heat' && race.kind !== kind) return false
    if (fits && !fits(row)) return false
    return words.every((word) => text.includes(word))
  })
}

export interface Choice<Value> {
  value: Value
  label: string
  count: number
}

/** A track with the layouts that were driven. */
export interface Venue {
  name: string
  count: number
  layouts: Choice<number>[]
}

export interface Choices {
  years: string[]
  /** `2026S1`, the latest first. */
  seasons: string[]
  disciplines: Discipline[]
  series: Choice<number>[]
  cars: Choice<number>[]
  tracks: Venue[]
  classes: Choice<string>[]
}

/** What there is to choose from: only what the driver has driven. */
export function choicesOf(rows: readonly RaceRow[]): Choices {
  const disciplines = new Set(rows.map(({ race }) => race.discipline))
  const seasons = new Set(
    rows.flatMap(({ race: { seasonYear, seasonQuarter } }) =>
      seasonYear != null && seasonQuarter != null ? [`${seasonYear}S${seasonQuarter}`] : [],
    ),
  )
  return {
    years: [...new Set(rows.map(({ day }) => day.slice(0, 4)))].sort().reverse(),
    seasons: [...seasons].sort().reverse(),
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
    tracks: venuesOf(rows),
    classes: countBy(
      rows,
      ({ race }) => race.carClassName || null,
      ({ race }) => race.carClassName,
    ),
  }
}

function venuesOf(rows: readonly RaceRow[]): Venue[] {
  const order = textOrder()
  const venues = new Map<string, RaceRow[]>()
  for (const row of rows) {
    const own = venues.get(row.race.trackName)
    if (own) own.push(row)
    else venues.set(row.race.trackName, [row])
  }
  return [...venues]
    .map(([name, own]) => ({
      name,
      count: own.length,
      layouts: countBy(
        own,
        ({ race }) => race.trackId,
        ({ race }) => trackLabel(race),
      ),
    }))
    .sort((a, b) => order(a.name, b.name))
}

function countBy<Value extends number | string>(
  rows: readonly RaceRow[],
  valueOf: (row: RaceRow) => Value | null,
  labelOf: (row: RaceRow) => string,
): Choice<Value>[] {
  const found = new Map<Value, Choice<Value>>()
  for (const row of rows) {
    const value = valueOf(row)
    if (value === null) continue
    const known = found.get(value)
    // Rows come newest first, so a renamed series goes by its latest name.
    if (known) known.count += 1
    else found.set(value, { value, label: labelOf(row), count: 1 })
  }
  const order = textOrder()
  return [...found.values()].sort((a, b) => order(a.label, b.label))
}
