import { describe, expect, it } from 'vitest'

import type { Session } from '@/shared/api/types'

import { chance, estimatesOf, moved, ratedClass, type Rated } from './rating'

function finisher(entrantId: string, irating: number, lapsComplete = 10): Rated {
  return { entrantId, name: entrantId, carNumber: '1', me: false, irating, lapsComplete, actual: null }
}

describe('the formula', () => {
  it('gives equals equal chances, and both together one', () => {
    expect(chance(2000, 2000)).toBe(0.5)
    expect(chance(3000, 1500) + chance(1500, 3000)).toBeCloseTo(1, 12)
    expect(chance(3000, 1500)).toBeGreaterThan(0.6)
  })

  it('gives the winner of equals what the last one loses, up to the hundredth for taking part', () => {
    const [first, , last] = estimatesOf([finisher('a', 2000), finisher('b', 2000), finisher('c', 2000)])
    expect(first).toMatchObject({ place: 1, expected: 2 })
    expect(first!.change).toBeGreaterThan(60)
    expect(last!.change).toBeLessThan(-60)
  })

  it('lets those who drove no lap share the balance equally', () => {
    const estimates = estimatesOf([
      finisher('a', 2500),
      finisher('b', 1500),
      finisher('c', 2000, 0),
      finisher('d', 3000, 0),
    ])
    expect(estimates[2]!.change).toBeCloseTo(estimates[3]!.change, 10)
    expect(estimates.reduce((sum, { change }) => sum + change, 0)).toBeCloseTo(0, 10)
  })

  it('agrees with what the server computes', () => {
    // iRating, laps, expected place and change of a race that the server analysed.
    const server = [
      [1331, 15, 4.88, 85.54],
      [1447, 15, 4.64, 58.11],
      [1074, 15, 5.49, 54.97],
      [835, 15, 6.14, 47.5],
      [1321, 15, 4.91, -1.97],
      [1872, 15, 3.87, -47.03],
      [1022, 15, 5.62, -30.05],
      [1427, 13, 4.68, -72.98],
      [1386, 6, 4.77, -93.08],
    ] as const
    const estimates = estimatesOf(server.map(([irating, laps], at) => finisher(String(at), irating, laps)))
    estimates.forEach(({ expected, change }, at) => {
      expect(expected).toBeCloseTo(server[at]![2], 1)
      expect(Math.abs(change - server[at]![3])).toBeLessThan(0.006)
    })
  })
})

describe('a rated class', () => {
  const result = (changes: object) => ({
    simsession: 0,
    positionInClass: 1,
    oldIrating: 2000,
    newIrating: 2050,
    ...changes,
  })
  const entrant = (entrantId: string, changes: object = {}, own: object = {}) => ({
    entrantId,
    name: entrantId,
    carNumber: '1',
    carClassId: 1,
    ai: false,
    results: [result(own)],
    ...changes,
  })
  const session = (changes: object = {}) =>
    ({
      kind: 'official',
      team: false,
      heat: false,
      callerEntrantId: 'b',
      entrants: [entrant('a', {}, { positionInClass: 2, newIrating: 1950 }), entrant('b')],
      ...changes,
    }) as unknown as Session

  it('is in the order of its finish, with the real change', () => {
    expect(ratedClass(session(), 1, 0)).toMatchObject([
      { entrantId: 'b', me: true, irating: 2000, actual: 50 },
      { entrantId: 'a', me: false, actual: -50 },
    ])
  })

  it('is none where the formula does not hold, with the reason', () => {
    expect(ratedClass(session({ kind: 'hosted' }), 1, 0)).toBe('notOfficial')
    expect(ratedClass(session({ team: true }), 1, 0)).toBe('team')
    expect(ratedClass(session({ heat: true }), 1, 0)).toBe('heat')
    expect(ratedClass(session({ entrants: [entrant('a'), entrant('x', { ai: true })] }), 1, 0)).toBe('ai')
    expect(
      ratedClass(session({ entrants: [entrant('a'), entrant('b', {}, { oldIrating: null })] }), 1, 0),
    ).toBe('unrated')
    expect(ratedClass(session(), 2, 0)).toBe('alone')
  })
})

describe('moving a finisher', () => {
  const order = (ids: string, withoutLap = '') =>
    [...ids].map((id) => finisher(id, 2000, withoutLap.includes(id) ? 0 : 10))
  const ids = (finish: readonly Rated[]) => finish.map(({ entrantId }) => entrantId).join('')

  it('moves the others up or down, and stays within the field', () => {
    expect(ids(moved(order('abcd'), 3, 1))).toBe('adbc')
    expect(ids(moved(order('abc'), 0, 9))).toBe('bca')
    expect(ids(moved(order('abc'), 2, -4))).toBe('cab')
  })

  it('leaves those who drove no lap last, without a place', () => {
    const finish = moved(order('abcxy', 'xy'), 0, 4)
    expect(ids(finish)).toBe('bcaxy')
    const [x, y] = estimatesOf(finish).slice(3)
    expect(x!.change).toBeCloseTo(y!.change, 10)
  })

  it('gives one of them a place', () => {
    const finish = moved(order('abcxy', 'xy'), 4, 1)
    expect(ids(finish)).toBe('aybcx')
    expect(ids(moved(finish, 0, 4))).toBe('ybcax')
  })
})
