import type { Race, RaceKind } from '@/shared/api/types'

/** A badge of a race; an official one needs none. */
export type Badge = Exclude<RaceKind, 'official'> | 'team' | 'heat'

export function badgesOf(race: Pick<Race, 'kind' | 'team' | 'heat'>): Badge[] {
  const badges: Badge[] = race.kind === 'official' ? [] : [race.kind]
  if (race.team) badges.push('team')
  if (race.heat) badges.push('heat')
  return badges
}
