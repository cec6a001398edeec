import { describe, expect, it } from 'vitest'

import { aRace } from '@/shared/api/race-for-tests'
import type { Track } from '@/shared/api/types'
import { toRow } from '@/shared/races/rows'

import { categoryKey, matches, venuesOf, visitsBy } from './model'

const rows = [
  aRace({ trackId: 2, layout: 'National', finishPositionInClass: 1 }),
  aRace({ trackId: 2, layout: 'National', finishPositionInClass: 3, startTime: '2026-04-01T00:00:00Z' }),
  aRace({ trackId: 9, trackName: 'Spa', seriesId: null }),
].map((race) => toRow(race, 'UTC'))

function track(trackId: number, name: string, layout: string, more: Partial<Track> = {}): Track {
  return {
    trackId,
    name,
    layout,
    location: 'Somewhere',
    retired: false,
    latitude: null,
    longitude: null,
    ...more,
  } as Track
}

describe('visits', () => {
  it('count races, wins and podiums, and know the latest', () => {
    expect(visitsBy(rows, ({ race }) => race.trackId).get(2)).toEqual({
      races: 2,
      wins: 1,
      podiums: 2,
      last: Date.parse('2026-04-01T00:00:00Z'),
    })
    expect(visitsBy(rows, ({ race }) => race.seriesId).size).toBe(1)
  })
})

describe('tracks', () => {
  it('are gathered by name, and lead to the layout most raced on', () => {
    const venues = venuesOf(
      [
        track(1, 'Silverstone Circuit', 'Grand Prix', { latitude: 52, longitude: -1 }),
        track(2, 'Silverstone Circuit', 'National'),
        track(3, 'Okayama', 'Full', { retired: true }),
      ],
      rows,
    )
    expect(
      venues.map(({ name, driven, first, latitude }) => [name, driven, first.trackId, latitude]),
    ).toEqual([
      ['Silverstone Circuit', 1, 2, 52],
      ['Okayama', 0, 3, null],
    ])
    expect(venues[1]!.visits).toBeNull()
  })

  it('keep their races when they are renamed, and are one by their new name', () => {
    const [spa] = venuesOf(
      [track(9, 'Circuit de Spa', 'Endurance'), track(2, 'Circuit de Spa', 'National')],
      rows,
    )
    expect(spa).toMatchObject({ driven: 2, visits: { races: 3, wins: 1 } })
  })
})

describe('a search', () => {
  it('finds all of its words, in whatever order', () => {
    expect(matches('Circuit de Spa-Francorchamps\nBelgium', 'belg SPA')).toBe(true)
    expect(matches('Circuit de Spa-Francorchamps\nBelgium', 'spa italy')).toBe(false)
    expect(matches('anything', '')).toBe(true)
  })
})

it('has a word for each category, also for new ones', () => {
  expect(categoryKey('dirt_oval')).toBe('dirt_oval')
  expect(categoryKey('space')).toBe('other')
})
