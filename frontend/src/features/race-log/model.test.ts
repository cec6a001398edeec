import { describe, expect, it } from 'vitest'

import { aRace } from '@/shared/api/race-for-tests'
import type { Race } from '@/shared/api/types'
import { toRow } from '@/shared/races/rows'

import { sortedBy, sortFromQuery, sortRows, sortToQuery } from './model'

function rows(...races: Partial<Race>[]) {
  return races.map((race, index) => toRow(aRace({ subsessionId: index + 1, ...race }), 'UTC'))
}

describe('the address', () => {
  it('carries the order unless it is the usual one', () => {
    expect(sortToQuery({ key: 'date', descending: true })).toEqual({})
    expect(sortToQuery({ key: 'irating', descending: true })).toEqual({ sort: '-irating' })
    expect(sortFromQuery({ sort: '-irating' })).toEqual({ key: 'irating', descending: true })
  })

  it('is not trusted', () => {
    expect(sortFromQuery({ sort: 'x' })).toEqual({ key: 'date', descending: true })
  })
})

describe('the order', () => {
  const cars = (sorted: { race: Race }[]) => sorted.map(({ race }) => race.carName)

  it('is that of words where words are sorted, and keeps equals as they are', () => {
    const some = rows(
      { carName: 'porsche 992', incidents: 1 },
      { carName: 'Dallara P217' },
      { carName: 'Porsche 963' },
    )
    expect(cars(sortRows(some, { key: 'car', descending: false }))).toEqual([
      'Dallara P217',
      'Porsche 963',
      'porsche 992',
    ])
    expect(cars(sortRows(some, { key: 'laps', descending: true }))).toEqual(cars(some))
  })

  it('turns around with a second click, and begins with the best where there is one', () => {
    expect(sortedBy('car', { key: 'date', descending: true })).toEqual({ key: 'car', descending: false })
    expect(sortedBy('irating', { key: 'car', descending: false })).toEqual({
      key: 'irating',
      descending: true,
    })
    expect(sortedBy('irating', { key: 'irating', descending: true }).descending).toBe(false)
  })
})
