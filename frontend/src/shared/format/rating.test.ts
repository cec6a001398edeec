import { describe, expect, it } from 'vitest'

import { iratingChange, licenseClass, safetyChange, safetyRating, signed } from './rating'

describe('safety rating', () => {
  it('names the class of a licence level', () => {
    expect([1, 4, 5, 12, 16, 20, 24, 28].map(licenseClass)).toEqual(['R', 'R', 'D', 'C', 'B', 'A', 'P', 'WC'])
    expect(licenseClass(-1)).toBeNull()
    expect(licenseClass(0)).toBeNull()
  })

  it('is written as class and number', () => {
    expect(safetyRating(20, 499)).toBe('A 4.99')
    expect(safetyRating(null, 499)).toBe('–')
  })

  it('changes by a number within a class', () => {
    const change = safetyChange({
      oldLicenseLevel: 14,
      newLicenseLevel: 15,
      oldSubLevel: 290,
      newSubLevel: 312,
    })
    expect(change).toEqual({ from: 'B 2.90', to: 'B 3.12', change: 22, promoted: false, demoted: false })
  })

  it('changes by a step across classes, where the numbers cannot be compared', () => {
    const up = safetyChange({ oldLicenseLevel: 12, newLicenseLevel: 14, oldSubLevel: 399, newSubLevel: 301 })
    expect(up).toMatchObject({ change: null, promoted: true, demoted: false })
    const down = safetyChange({
      oldLicenseLevel: 14,
      newLicenseLevel: 12,
      oldSubLevel: 101,
      newSubLevel: 199,
    })
    expect(down).toMatchObject({ change: null, promoted: false, demoted: true })
  })

  it('is unknown for a driver without a licence', () => {
    expect(safetyChange({ oldLicenseLevel: null, newLicenseLevel: 14, newSubLevel: 301 })).toBeNull()
  })
})

describe('iRating', () => {
  it('changes from one number to another', () => {
    expect(iratingChange({ oldIrating: 1500, newIrating: 1455 })).toEqual({
      from: 1500,
      to: 1455,
      change: -45,
    })
    expect(iratingChange({ oldIrating: null, newIrating: 1455 })).toBeNull()
  })
})

describe('signed', () => {
  it('always tells the direction, and has no minus zero', () => {
    expect(signed(12)).toBe('+12')
    expect(signed(-0.14, 2)).toBe('−0.14')
    expect(signed(-0.001, 2)).toBe('0.00')
  })
})
