import type { EntrantAnalysis, PlaceStep } from '@/shared/api/types'

type Ledger = NonNullable<EntrantAnalysis['ledger']['inClass']>

/** Where places are won and lost, in the order of a race. */
export const PARTS = ['start', 'pace', 'pit', 'incidents', 'retirements'] as const
export type Part = (typeof PARTS)[number]

export interface LedgerLine {
  part: Part
  /** Won less lost. */
  places: number
  /** The place that all parts up to this one lead to. */
  after: number
  steps: PlaceStep[]
}

/** Driving no further oneself counts among the own incidents. */
function partOf({ cause, places }: PlaceStep): Part {
  switch (cause) {
    case 'incident':
      return 'incidents'
    case 'retirement':
      return places < 0 ? 'incidents' : 'retirements'
    default:
      return cause
  }
}

/** The parts of the way from the place on the grid to the one in the result; each leads to the next one's place. */
export function ledgerLines(ledger: Ledger, steps: readonly PlaceStep[]): LedgerLine[] {
  const amounts: Record<Part, number> = {
    start: ledger.atStart,
    pace: ledger.byPace,
    pit: ledger.byPit,
    incidents: ledger.byIncidents,
    retirements: ledger.byRetirements,
  }
  let after = ledger.start
  return PARTS.map((part) => {
    after -= amounts[part]
    return { part, places: amounts[part], after, steps: steps.filter((step) => partOf(step) === part) }
  })
}
