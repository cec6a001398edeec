import { describe, expect, it } from 'vitest'

import { iratingChange, licenseClass, safetyChange } from './rating'

describe('safety rating', () => {
  it('names the class of a licence level', () => {
    expect([1, 4, 5, 12, 16, 20, 24, 28].map(licenseClass)).toEqual(['R', 'R', 'D', 'C', 'B', 'A', 'P', 'WC'])
    expect(licenseClass(-1)).toBeNull()
    expect(licenseClass(0)).toBeNull()
  })

  it('changes by a number within a class', () => {
    const change = safetyChange({
      oldLicenseLevel: 14,
      newLicenseLevel: 15,
      oldSubLevel: 290,
      newSubLevel: 312,
    })
    expect(change).toEqual({
      from: { license: 'B', safety: 2.9 },
      to: { license: 'B', safety: 3.12 },
      change: 0.22,
      promoted: false,
      demoted: false,
    })
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
