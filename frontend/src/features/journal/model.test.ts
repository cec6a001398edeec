import { describe, expect, it } from 'vitest'

import {
  bothOf,
  characters,
  faultsOf,
  filtersFromQuery,
  filtersToQuery,
  isEmpty,
  listParameters,
  NO_FILTERS,
  sentimentOf,
  startOfDay,
  withSentiment,
  withTags,
  type Words,
} from './model'

function words(changes: Partial<Words> = {}): Words {
  return { notes: '', tags: [], replayLink: '', lap: null, ...changes }
}

describe('tags', () => {
  it('are added by commas, each once in whatever case', () => {
    expect(withTags(['Rain'], ' rain, start ,, car:gt3')).toEqual(['Rain', 'start', 'car:gt3'])
  })

  it('are at most thirty of at most fifty characters, and no typed sentiment', () => {
    const thirty = Array.from({ length: 30 }, (_, index) => String(index))
    expect(withTags(thirty, 'more')).toEqual(thirty)
    expect(withTags([], 'x'.repeat(60))[0]).toHaveLength(50)
    expect(withTags([], 'sentiment:great')).toEqual([])
  })

  it('hold one sentiment', () => {
    const good = withSentiment(['rain', 'sentiment:bad'], 'good')
    expect(good).toEqual(['rain', 'sentiment:good'])
    expect(sentimentOf(good)).toBe('good')
    expect(withSentiment(good, null)).toEqual(['rain'])
    expect(sentimentOf(['sentiment:odd'])).toBeNull()
  })
})

describe('words', () => {
  it('are refused for what the server refuses', () => {
    expect(faultsOf(words({ replayLink: 'https://example.org/watch?v=1' }))).toEqual([])
    for (const replayLink of ['javascript:alert(1)', 'https://', 'http:// a', 'example.org', 'https:///x']) {
      expect(faultsOf(words({ replayLink })), replayLink).toEqual(['linkInvalid'])
    }
    expect(faultsOf(words({ notes: 'x'.repeat(20_001) }))).toEqual(['notesTooLong'])
    expect(characters('a🏁b')).toBe(3)
  })

  it('are empty without notes, tags, link and lap', () => {
    expect(isEmpty(words({ notes: ' \n' }))).toBe(true)
    expect(isEmpty(words({ lap: 3 }))).toBe(false)
  })

  it('of two pages join without losing either', () => {
    const both = bothOf(
      words({ notes: 'mine', tags: ['rain', 'sentiment:bad'], lap: 4 }),
      words({ notes: 'theirs', tags: ['Rain', 'start', 'sentiment:good'], replayLink: 'https://a.example' }),
    )
    expect(both).toEqual({
      notes: 'theirs\n\n---\n\nmine',
      tags: ['Rain', 'start', 'sentiment:bad'],
      replayLink: 'https://a.example',
      lap: 4,
    })
  })
})

describe('filters', () => {
  it('come back from the address as they were', () => {
    const filters = {
      search: 'hair pin',
      tag: 'car:gt3',
      sentiment: 'bad' as const,
      from: '2026-01-01',
      to: '2026-02-01',
      unfinished: true,
    }
    expect(filtersFromQuery(filtersToQuery(filters))).toEqual(filters)
    expect(filtersToQuery(NO_FILTERS)).toEqual({})
  })

  it('drop what no filter is', () => {
    expect(filtersFromQuery({ mood: 'great', from: 'yesterday', q: ['a'], dnf: 'yes' })).toEqual(NO_FILTERS)
  })

  it('mean whole days of the driver’s time zone', () => {
    const { from, to } = listParameters(
      { ...NO_FILTERS, from: '2026-03-29', to: '2026-03-29' },
      'Europe/Stockholm',
    )
    // The day that is an hour short.
    expect([from, to]).toEqual(['2026-03-28T23:00:00.000Z', '2026-03-29T21:59:59.000Z'])
  })

  it('know where days begin far from Greenwich', () => {
    expect(new Date(startOfDay('2026-06-01', 'Pacific/Kiritimati')).toISOString()).toBe(
      '2026-05-31T10:00:00.000Z',
    )
    expect(new Date(startOfDay('2026-06-01', 'Asia/Kathmandu')).toISOString()).toBe(
      '2026-05-31T18:15:00.000Z',
    )
    expect(new Date(startOfDay('2026-06-01', 'America/Los_Angeles')).toISOString()).toBe(
      '2026-06-01T07:00:00.000Z',
    )
  })
})
