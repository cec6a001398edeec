import { NONE } from './time'

const MINUS = '−'
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

/** Licence and safety rating, `A 4.99`. */
export function safetyRating(level: number | null | undefined, subLevel: number | null | undefined): string {
  const letter = licenseClass(level)
  if (letter === null || subLevel == null || subLevel < 0) return NONE
  return `${letter} ${(subLevel / 100).toFixed(2)}`
}

/** A whole number with its sign, `+45`, `−12`, `0`. */
export function signed(value: number, digits = 0): string {
  const text = Math.abs(value).toFixed(digits)
  if (Number(text) === 0) return text
  return (value < 0 ? MINUS : '+') + text
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
  from: string
  to: string
  /** In hundredths; `null` across licence classes, where iRacing shifts the number by itself. */
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
    from: safetyRating(oldLicenseLevel, oldSubLevel),
    to: safetyRating(newLicenseLevel, newSubLevel),
    change: step === 0 ? newSubLevel - oldSubLevel : null,
    promoted: step > 0,
    demoted: step < 0,
  }
}
