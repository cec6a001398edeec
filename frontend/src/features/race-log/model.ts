import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import { textOrder } from '@/shared/format/preferences'
import { trackLabel, type RaceRow } from '@/shared/races/rows'

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
  inClass: ({ place }) => place ?? undefined,
  overall: ({ race }) => race.finishPosition ?? undefined,
  incidents: ({ race }) => race.incidents,
  irating: ({ irating }) => irating?.change,
  safety: ({ safety }) => safety?.change ?? undefined,
  laps: ({ race }) => race.lapsComplete,
  strength: ({ race }) => race.strengthOfField ?? undefined,
}

/** Columns whose best or latest is the greatest begin with that. */
const DESCENDING_FIRST: readonly SortKey[] = ['date', 'irating', 'safety', 'laps', 'strength']

/** Those without a value come last whatever the direction; among equals the order stays. */
export function sortRows(rows: readonly RaceRow[], { key, descending }: Sort): RaceRow[] {
  const valueOf = SORT_VALUES[key]
  const direction = descending ? -1 : 1
  const order = textOrder()
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .sort(({ value: a }, { value: b }) => {
      if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
      return direction * (typeof a === 'string' ? order(a, String(b)) : a - Number(b))
    })
    .map(({ row }) => row)
}

/** The order after a click on a column's head. */
export function sortedBy(key: SortKey, now: Sort): Sort {
  return { key, descending: now.key === key ? !now.descending : DESCENDING_FIRST.includes(key) }
}

export function sortFromQuery(query: LocationQuery): Sort {
  const text = typeof query.sort === 'string' ? query.sort : ''
  const key = text.replace(/^-/, '')
  return key in SORT_VALUES ? { key: key as SortKey, descending: text.startsWith('-') } : { ...NEWEST_FIRST }
}

export function sortToQuery(sort: Sort): LocationQueryRaw {
  if (sort.key === NEWEST_FIRST.key && sort.descending === NEWEST_FIRST.descending) return {}
  return { sort: (sort.descending ? '-' : '') + sort.key }
}
