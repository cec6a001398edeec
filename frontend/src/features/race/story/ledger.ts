import type { EntrantAnalysis, PlaceStep } from '@/shared/api/types'

type Ledger = NonNullable<EntrantAnalysis['ledger']['inClass']>

/** Where places are won and lost, in the order of a race. */
export const PARTS = ['start', 'pace', 'pit', 'incidents', 'retirements'] as const
export type Part = (typeof PARTS)[number]

export interface LedgerLine {
  part: Part
  /** Won less lost. */
  places: number
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

/** The parts of the way from the place on the grid to the one in the result; they add up to the places gained. */
export function ledgerLines(ledger: Ledger, steps: readonly PlaceStep[]): LedgerLine[] {
  const amounts: Record<Part, number> = {
    start: ledger.atStart,
    pace: ledger.byPace,
    pit: ledger.byPit,
    incidents: ledger.byIncidents,
    retirements: ledger.byRetirements,
  }
  return PARTS.map((part) => ({
    part,
    places: amounts[part],
    steps: steps.filter((step) => partOf(step) === part),
  }))
}
