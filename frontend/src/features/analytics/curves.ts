import type { Discipline, RatingCurves } from '@/shared/api/types'
import { licenseClass } from '@/shared/format/rating'
import { earliestFirst } from '@/shared/races/bests'
import { daysOf, DISCIPLINES, filterRows, isSeason, type Filters } from '@/shared/races/filters'
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
  /** That of the point before, if it was another. */
  licenseBefore: string | null
}

export interface RatingCurve {
  discipline: Discipline
  /** Earliest first. */
  points: RatingPoint[]
}

const DAY = 86_400

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
  const curves = new Map<Discipline, { points: RatingPoint[]; before: string | null }>()
  for (const { race, start, id } of earliestFirst(rows)) {
    if (race.kind !== 'official' || !race.discipline) continue
    const license = licenseClass(race.newLicenseLevel)
    const point = {
      time: Math.floor(start / 1000),
      id,
      irating: rated(race.newIrating),
      license,
      safety: license === null ? null : rated(race.newSubLevel),
      cpi: rated(race.newCpi),
      licenseBefore: null,
    }
    if (point.irating === null && point.safety === null && point.cpi === null) continue
    const known = curves.get(race.discipline)
    if (known) known.points.push(point)
    else curves.set(race.discipline, { points: [point], before: licenseClass(race.oldLicenseLevel) })
  }
  return DISCIPLINES.flatMap((discipline) => {
    const curve = curves.get(discipline)
    return curve ? { discipline, points: marked(curve.points, curve.before) } : []
  })
}

/** Points with the changes of licence between them, and from the one before the first. */
function marked(points: readonly RatingPoint[], before: string | null): RatingPoint[] {
  return points.map((point) => {
    const { license } = point
    const licenseBefore = before && license && before !== license ? before : null
    before = license ?? before
    return { ...point, licenseBefore }
  })
}

/** A curve as the server tells it: the days of iRacing's own chart, and the races. */
type ServerCurve = RatingCurves['curves'][number]

function chartDays({ points }: ServerCurve): RatingPoint[] {
  return points.flatMap((point) => {
    if (point.driverRaceId != null) return []
    const license = LICENSES[point.licenseClass ?? -1] ?? null
    return {
      // A day's noon in UTC is on that day almost everywhere.
      time: Date.parse(point.time) / 1000 + DAY / 2,
      id: null,
      irating: point.irating ?? null,
      license,
      safety: license === null ? null : (point.safetyRating ?? null),
      cpi: point.cpi ?? null,
      licenseBefore: null,
    }
  })
}

/**
 * The curves of all races, each with the days of iRacing's own chart before its first race, which an import may not
 * reach back beyond; where no race of a discipline is stored, the chart is all that there is.
 */
export function completedCurves(rows: readonly RaceRow[], told: readonly ServerCurve[]): RatingCurve[] {
  const own = ratingCurves(rows)
  const of = <Curve extends { discipline: Discipline }>(curves: readonly Curve[], discipline: Discipline) =>
    curves.find((curve) => curve.discipline === discipline)
  return DISCIPLINES.flatMap((discipline) => {
    const points = of(own, discipline)?.points ?? []
    const chart = of(told, discipline)
    if (!chart) return points.length ? { discipline, points } : []
    const older = chartDays(chart).filter(({ time }) => time < (points[0]?.time ?? Infinity))
    // What the first race says of the licence before it counts where the chart tells of none.
    const before = older.some(({ license }) => license) ? null : (points[0]?.licenseBefore ?? null)
    return { discipline, points: marked([...older, ...points], before) }
  })
}

/** What a filter of time leaves of completed curves. Of a season there are races only: a chart knows days. */
export function curvesOf(
  curves: readonly RatingCurve[],
  rows: readonly RaceRow[],
  time: Filters,
  today: string,
): RatingCurve[] {
  const races = new Set(filterRows(rows, time, today).map(({ id }) => id))
  const { from, to } = daysOf(time, today)
  const fits = ({ id, time: at }: RatingPoint) => {
    if (id !== null) return races.has(id)
    const day = new Date(at * 1000).toISOString().slice(0, 10)
    return !isSeason(time.range) && day >= from && (!to || day <= to)
  }
  return curves
    .map(({ discipline, points }) => ({ discipline, points: points.filter(fits) }))
    .filter(({ points: [first, ...others] }) => first && (first.id !== null || others.length > 0))
}

/** The highest and the last value of a rating. */
export function peakOf(points: readonly RatingPoint[]): { peak: number; latest: number } | null {
  const values = points.flatMap(({ irating }) => irating ?? [])
  if (values.length === 0) return null
  return { peak: Math.max(...values), latest: values.at(-1)! }
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
