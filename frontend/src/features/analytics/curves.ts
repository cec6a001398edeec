import type { Discipline, RatingCurves } from '@/shared/api/types'
import { licenseClass } from '@/shared/format/rating'
import { earliestFirst } from '@/shared/races/bests'
import { DISCIPLINES } from '@/shared/races/filters'
import type { RaceRow } from '@/shared/races/rows'

/** The ratings after a race, or on a day of iRacing's own chart. */
export interface RatingPoint {
  /** Unix seconds. */
  time: number
  /** The race; `null` for a day of the chart. */
  id: string | null
  irating: number | null
  /** `R`, `D`, … */
  license: string | null
  /** Safety rating x 100 within the licence. */
  safety: number | null
  cpi: number | null
  /** The licence is another than at the point before. */
  licenseBefore: string | null
}

export interface RatingCurve {
  discipline: Discipline
  /** Earliest first. */
  points: RatingPoint[]
  races: number
}

const LICENSES = ['R', 'D', 'C', 'B', 'A', 'P', 'WC']

/** Whether a licence is a higher one. */
export function isPromotion(from: string, to: string): boolean {
  return LICENSES.indexOf(to) > LICENSES.indexOf(from)
}

const rated = (value: number | null | undefined) => (value == null || value < 0 ? null : value)

/**
 * The curve of each discipline with rated official races. Curves are never joined: Road before 2024 has its own.
 * Hosted, league and unofficial races repeat the ratings of before, so they have no point.
 */
export function ratingCurves(rows: readonly RaceRow[]): RatingCurve[] {
  const curves = new Map<Discipline, RatingCurve>()
  const licenses = new Map<Discipline, string>()
  for (const { race, start, id } of earliestFirst(rows)) {
    if (race.kind !== 'official' || !race.discipline) continue
    const { discipline } = race
    const license = licenseClass(race.newLicenseLevel)
    const point = {
      time: Math.floor(start / 1000),
      id,
      irating: rated(race.newIrating),
      license,
      safety: license === null ? null : rated(race.newSubLevel),
      cpi: rated(race.newCpi),
    }
    if (point.irating === null && point.safety === null && point.cpi === null) continue
    const before = licenses.get(discipline) ?? licenseClass(race.oldLicenseLevel)
    if (license) licenses.set(discipline, license)
    let curve = curves.get(discipline)
    if (!curve) curves.set(discipline, (curve = { discipline, points: [], races: 0 }))
    curve.races += 1
    curve.points.push({ ...point, licenseBefore: before && license && before !== license ? before : null })
  }
  return DISCIPLINES.flatMap((discipline) => curves.get(discipline) ?? [])
}

/** A point as the server tells it. */
type ServerPoint = RatingCurves['curves'][number]['points'][number]

/** The days of iRacing's own chart among the points that the server tells. */
export function chartDays(points: readonly ServerPoint[]): RatingPoint[] {
  let license: string | null = null
  return points.flatMap((point) => {
    if (point.driverRaceId != null) return []
    const before = license
    license = LICENSES[point.licenseClass ?? -1] ?? null
    return {
      time: Date.parse(point.time) / 1000,
      id: null,
      irating: point.irating ?? null,
      license,
      safety: license === null ? null : (point.safetyRating ?? null),
      cpi: point.cpi ?? null,
      licenseBefore: before && license && before !== license ? before : null,
    }
  })
}

/** The curve with the days of iRacing's own chart before its first race, which an import may not reach back beyond. */
export function completed(curve: RatingCurve, older: readonly RatingPoint[]): RatingCurve {
  const first = curve.points[0]?.time ?? Infinity
  return { ...curve, points: [...older.filter(({ time }) => time < first), ...curve.points] }
}

/** The highest and the last value of a rating. */
export function peakOf(points: readonly RatingPoint[]): { peak: number; now: number; first: number } | null {
  const values = points.flatMap(({ irating }) => irating ?? [])
  if (values.length === 0) return null
  return { peak: Math.max(...values), now: values.at(-1)!, first: values[0]! }
}

/** The safety rating as one line over all licences: R 2.50 is 2.5, D 2.50 is 7.5, and so on. */
export function safetyHeight(license: string | null, safety: number | null): number | null {
  if (license === null || safety === null) return null
  return LICENSES.indexOf(license) * 5 + safety / 100
}

export function licenseAt(height: number): { license: string; safety: number } {
  const index = Math.min(Math.max(Math.floor(height / 5), 0), LICENSES.length - 1)
  return { license: LICENSES[index]!, safety: height - index * 5 }
}
