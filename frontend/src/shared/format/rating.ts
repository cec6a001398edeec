const CLASSES = ['R', 'D', 'C', 'B', 'A', 'P', 'WC'] as const

export interface Ratings {
  oldIrating?: number | null
  newIrating?: number | null
  oldSubLevel?: number | null
  newSubLevel?: number | null
  oldLicenseLevel?: number | null
  newLicenseLevel?: number | null
}

/** The licence class of one of iRacing's 28 licence levels: four levels a class. */
export function licenseClass(level: number | null | undefined): string | null {
  if (level == null || level < 1) return null
  return CLASSES[Math.min(Math.floor((level - 1) / 4), CLASSES.length - 1)] ?? null
}

/** What drivers write as `A 4.99`. */
export interface SafetyRating {
  license: string
  /** 0 to 4.99. */
  safety: number
}

export interface IratingChange {
  from: number
  to: number
  change: number
}

/** `null` where iRating did not count or the driver had none. */
export function iratingChange(ratings: Ratings): IratingChange | null {
  const { oldIrating: from, newIrating: to } = ratings
  return from == null || to == null ? null : { from, to, change: to - from }
}

export interface SafetyChange {
  from: SafetyRating
  to: SafetyRating
  /** `null` across licence classes, where iRacing shifts the number by itself. */
  change: number | null
  promoted: boolean
  demoted: boolean
}

/** `null` where the safety rating is not known. */
export function safetyChange(ratings: Ratings): SafetyChange | null {
  const { oldSubLevel, newSubLevel, oldLicenseLevel, newLicenseLevel } = ratings
  const before = licenseClass(oldLicenseLevel)
  const after = licenseClass(newLicenseLevel)
  if (before === null || after === null || oldSubLevel == null || newSubLevel == null) return null
  const step = CLASSES.indexOf(after as never) - CLASSES.indexOf(before as never)
  return {
    from: { license: before, safety: oldSubLevel / 100 },
    to: { license: after, safety: newSubLevel / 100 },
    change: step === 0 ? (newSubLevel - oldSubLevel) / 100 : null,
    promoted: step > 0,
    demoted: step < 0,
  }
}
