import { ApiProblem } from '@/shared/api/problem'
import type { Export } from '@/shared/api/types'
import type { RaceRow } from '@/shared/races/rows'

export const FORMATS = ['json', 'csv', 'parquet'] as const

export function isUnderWay({ status }: Pick<Export, 'status'>): boolean {
  return status === 'queued' || status === 'running'
}

/** Which races are meant: all, or those of a series, in a car, on a track in its layout, or a single one. */
export type Scope =
  { kind: 'all' } | { kind: 'series' | 'car' | 'track'; id: number } | { kind: 'race'; id: string }

export function racesOfScope(rows: readonly RaceRow[], scope: Scope): number {
  if (scope.kind === 'all') return rows.length
  if (scope.kind === 'race') return rows.filter(({ id }) => id === scope.id).length
  const { kind, id } = scope
  return rows.filter(({ race }) => race[`${kind}Id`] === id).length
}

/** A scope as the value of a choice, and back. */
export function scopeToValue(scope: Scope): string {
  return scope.kind === 'all' ? 'all' : `${scope.kind}-${scope.id}`
}

export function scopeFromValue(value: string): Scope {
  const race = /^race-(\d+-\d+)$/.exec(value)
  if (race) return { kind: 'race', id: race[1]! }
  const [, kind, id] = /^(series|car|track)-(-?\d+)$/.exec(value) ?? []
  return kind === undefined ? { kind: 'all' } : { kind: kind as 'series' | 'car' | 'track', id: Number(id) }
}

/** Whether the server refused because the races are no longer as many as the driver was told. */
export function isOtherNumber(problem: unknown): boolean {
  return problem instanceof ApiProblem && problem.fields.some(({ code }) => code === 'other_number')
}

/** Whether what was typed is the name, as the server compares it. */
export function isConfirmed(typed: string, wanted: string): boolean {
  const plain = (text: string) => text.trim().toLowerCase()
  return plain(typed) !== '' && plain(typed) === plain(wanted)
}

/** The unit that a size in bytes is best told in. */
export function sizeOf(bytes: number): { unit: 'kilobytes' | 'megabytes'; size: number } {
  return bytes < 1_000_000
    ? { unit: 'kilobytes', size: bytes / 1_000 }
    : { unit: 'megabytes', size: bytes / 1_000_000 }
}
