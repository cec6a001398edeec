import type { Session } from '@/shared/api/types'

/** Somebody of a rated class. */
export interface Rated {
  entrantId: string
  name: string
  carNumber: string
  me: boolean
  /** Before the race. */
  irating: number
  lapsComplete: number
  /** What iRacing changed. */
  actual: number | null
}

export interface Estimate {
  entrantId: string
  place: number
  /** The mean place to expect from the ratings alone. */
  expected: number
  change: number
}

/** Why there is no estimate. */
export type NoEstimate = 'notOfficial' | 'team' | 'heat' | 'ai' | 'unrated' | 'alone'

/** The constant of the formula. */
const SCALE = 1600 / Math.LN2

/** The chance that a driver with one iRating beats one with the other; both above 0. */
export function chance(own: number, other: number): number {
  const [a, b] = [Math.exp(-own / SCALE), Math.exp(-other / SCALE)]
  const wins = (1 - a) * b
  return wins / (wins + (1 - b) * a)
}

/**
 * A class in the order of its finish, or why the formula does not hold for it. iRacing rates official races of drivers
 * in one main event; the formula needs the rating of everybody.
 */
export function ratedClass(session: Session, carClassId: number, simsession: number): Rated[] | NoEstimate {
  if (session.kind !== 'official') return 'notOfficial'
  if (session.team) return 'team'
  if (session.heat) return 'heat'
  const members = session.entrants.flatMap((entrant) => {
    const result = entrant.results.find((own) => own.simsession === simsession)
    return entrant.carClassId === carClassId && result ? [{ entrant, result }] : []
  })
  if (members.length < 2) return 'alone'
  if (members.some(({ entrant }) => entrant.ai)) return 'ai'
  if (members.some(({ result }) => !(result.oldIrating! > 0) || result.positionInClass == null))
    return 'unrated'
  members.sort((a, b) => a.result.positionInClass! - b.result.positionInClass!)
  return members.map(({ entrant, result }) => ({
    entrantId: entrant.entrantId,
    name: entrant.name,
    carNumber: entrant.carNumber,
    me: entrant.entrantId === session.callerEntrantId,
    irating: result.oldIrating!,
    lapsComplete: result.lapsComplete,
    actual: result.newIrating == null ? null : result.newIrating - result.oldIrating!,
  }))
}

/** How many of an order have a place: whoever drove no lap and is last has none. */
function placed(order: readonly Rated[]): number {
  let count = order.length
  while (count > 0 && order[count - 1]!.lapsComplete === 0) count--
  return count
}

/**
 * What the formula gives for an order of finish: `(n - place - score - (n / 2 - place) / 100) * 200 / n`, where the
 * score is the sum of the chances against all others. Whoever has no place shares the balance of the rest.
 */
export function estimatesOf(order: readonly Rated[]): Estimate[] {
  const n = order.length
  const estimates = order.map(({ entrantId, irating }, index) => {
    const place = index + 1
    const score = order.reduce((sum, other) => sum + chance(irating, other.irating), -0.5)
    const change = ((n - place - score - (n / 2 - place) / 100) * 200) / n
    return { entrantId, place, expected: n - score, change }
  })
  const scored = placed(order)
  if (scored > 0 && scored < n) {
    const balance = estimates.slice(0, scored).reduce((sum, { change }) => sum + change, 0)
    for (const estimate of estimates.slice(scored)) estimate.change = -balance / (n - scored)
  }
  return estimates
}

/** The order with one at another place, counted from 0. Nobody who drove comes behind those without a place. */
export function moved(order: readonly Rated[], from: number, to: number): Rated[] {
  const next = [...order]
  const [one] = next.splice(from, 1)
  const last = (one?.lapsComplete ? placed(order) : order.length) - 1
  if (one) next.splice(Math.min(Math.max(to, 0), last), 0, one)
  return next
}
