import { describe, expect, it } from 'vitest'

import { aRace } from '@/shared/api/race-for-tests'
import { racesOf, withRaces, type RacePages } from './queries'

const older = aRace({ startTime: '2026-01-01T00:00:00Z', subsessionId: 1 })
const newer = aRace({ startTime: '2026-02-01T00:00:00Z', subsessionId: 2 })
const newest = aRace({ startTime: '2026-03-01T00:00:00Z', subsessionId: 3 })

function pages(): RacePages {
  return {
    pages: [
      { items: [newer], nextCursor: 'a' },
      { items: [older], nextCursor: null },
    ],
    pageParams: [null, 'a'],
  }
}

describe('races put into the log', () => {
  it('appear in order, and leave the cursors alone', () => {
    const updated = withRaces(pages(), [newest])
    expect(racesOf(updated)).toEqual([newest, newer, older])
    expect(updated.pages.map(({ nextCursor }) => nextCursor)).toEqual(['a', null])
  })

  it('replace what was known of them', () => {
    const changed = { ...older, incidents: 99 }
    const updated = withRaces(pages(), [changed])
    expect(racesOf(updated)).toEqual([newer, changed])
  })

  it('are shown once, even if two pages hold them', () => {
    const twice = {
      ...pages(),
      pages: [newer, older].map(() => ({ items: [newer, older], nextCursor: null })),
    }
    expect(racesOf(twice)).toEqual([newer, older])
  })

  it('keep two races of one second apart', () => {
    const heat = aRace({ startTime: newer.startTime, subsessionId: 20 })
    expect(racesOf(withRaces(pages(), [heat]))).toEqual([heat, newer, older])
  })
})
