/** The parts of a race's page, by the hash that leads to each. */
export const SECTIONS = ['notes', 'story', 'results', 'charts', 'pace', 'rating', 'laps'] as const
export type SectionName = (typeof SECTIONS)[number]

export function sectionOf(hash: string): SectionName | null {
  return SECTIONS.find((name) => hash === `#${name}`) ?? null
}

/** A lap that an address names, as `?lap=7`. */
export function lapOf(value: unknown): number | null {
  return typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : null
}

/** A simsession that an address names, as `?session=-1`; the main event needs no name. */
export function simsessionOf(value: unknown): number | null {
  return typeof value === 'string' && /^-?\d{1,2}$/.test(value) ? Number(value) : null
}
