import { describe, expect, it } from 'vitest'

import { aRace } from '@/shared/api/race-for-tests'
import { toRow } from '@/shared/races/rows'

import { isConfirmed, racesOfScope, scopeFromValue, scopeToValue, sizeOf, type Scope } from './model'

describe('the races that are to be deleted', () => {
  const rows = [
    aRace({ subsessionId: 1, seriesId: 7, carId: 1, trackId: 5 }),
    aRace({ subsessionId: 2, seriesId: 7, carId: 2, trackId: 5 }),
    aRace({ subsessionId: 3, seriesId: null, carId: 2, trackId: 6 }),
  ].map((race) => toRow(race, 'UTC'))

  it('are all of them, those of a series, a car or a track, or a single one', () => {
    expect(racesOfScope(rows, { kind: 'all' })).toBe(3)
    expect(racesOfScope(rows, { kind: 'series', id: 7 })).toBe(2)
    expect(racesOfScope(rows, { kind: 'car', id: 2 })).toBe(2)
    expect(racesOfScope(rows, { kind: 'track', id: 6 })).toBe(1)
    expect(racesOfScope(rows, { kind: 'race', id: rows[1]!.id })).toBe(1)
    expect(racesOfScope(rows, { kind: 'race', id: '1-99' })).toBe(0)
  })

  it('are chosen by a value that leads back to them', () => {
    const scopes: Scope[] = [
      { kind: 'all' },
      { kind: 'car', id: 9 },
      { kind: 'track', id: -3 },
      { kind: 'race', id: '1772496000-5' },
    ]
    expect(scopes.map(scopeToValue).map(scopeFromValue)).toEqual(scopes)
  })
})

describe('a confirmation', () => {
  it('is the name, whatever the case and the blanks around it', () => {
    expect(isConfirmed(' tomás OKONKWO ', 'Tomás Okonkwo')).toBe(true)
    expect(isConfirmed('Tomás', 'Tomás Okonkwo')).toBe(false)
    expect(isConfirmed('', '')).toBe(false)
  })
})

describe('a size', () => {
  it('is told in the unit that tells most', () => {
    expect(sizeOf(1_500)).toEqual({ unit: 'kilobytes', size: 1.5 })
    expect(sizeOf(2_500_000)).toEqual({ unit: 'megabytes', size: 2.5 })
  })
})
