import { describe, expect, it } from 'vitest'

import { aRace } from '@/shared/api/race-for-tests'
import type { JournalItem, Race } from '@/shared/api/types'
import { NO_FILTERS, type Filters } from '@/shared/races/filters'

import {
  bothOf,
  characters,
  faultsOf,
  fitting,
  isEmpty,
  journalFiltersFromQuery,
  journalFiltersToQuery,
  listParameters,
  NO_JOURNAL_FILTERS,
  NO_WORDS,
  partOf,
  plainTags,
  sentimentOf,
  startOfDay,
  withScheme,
  withSentiment,
  withTags,
  withTypedTag,
  type Words,
} from './model'

function words(changes: Partial<Words> = {}): Words {
  return { ...NO_WORDS, ...changes }
}

describe('a replay link', () => {
  it('may lack its scheme, and nothing else', () => {
    expect(withScheme('youtube.com/watch?v=1')).toBe('https://youtube.com/watch?v=1')
    expect(withScheme(' youtu.be ')).toBe('https://youtu.be')
    for (const link of ['', 'http://a.example/b', 'javascript:alert(1)', 'my replay', 'replay']) {
      expect(withScheme(link)).toBe(link)
    }
  })
})

describe('tags', () => {
  it('are added by commas, each once in whatever case', () => {
    expect(withTypedTag(words({ tags: ['Rain'], tagText: ' rain, start ,, car:gt3' }))).toEqual({
      tags: ['Rain', 'start', 'car:gt3'],
      tagText: '',
    })
  })

  it('are never dropped: what is too much is marked', () => {
    const thirty = Array.from({ length: 30 }, (_, index) => String(index))
    expect(faultsOf(words({ tags: [...thirty, 'sentiment:good'] }))).toEqual([])
    const tags = withTags([...thirty, 'sentiment:good'], ['x'.repeat(51), 'sentiment:great'])
    expect(tags).toHaveLength(33)
    expect(plainTags(tags)).toHaveLength(32)
    expect(faultsOf(words({ tags }))).toEqual([
      { field: 'tags', code: 'too_many', params: { max: '30' } },
      { field: 'tags[31]', code: 'too_long', params: { max: '50' } },
      { field: 'tags[32]', code: 'invalid_value' },
    ])
  })

  it('that are a sentiment are how it felt', () => {
    expect(withTags(['rain', 'sentiment:bad'], ['Sentiment:Good'])).toEqual(['rain', 'sentiment:good'])
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
  const codes = (changes: Partial<Words>) => faultsOf(words(changes)).map(({ code }) => code)

  it('are refused for what the server refuses', () => {
    expect(codes({ replayLink: 'https://example.org/watch?v=1', lap: 0 })).toEqual([])
    for (const replayLink of ['javascript:alert(1)', 'https://', 'http:// a', 'example.org', 'https:///x']) {
      expect(codes({ replayLink }), replayLink).toEqual(['invalid_url'])
    }
    expect(codes({ replayLink: `https://example.org/${'x'.repeat(481)}` })).toEqual(['too_long'])
    expect(codes({ replayLink: `https://example.org/${'🏁'.repeat(480)}` })).toEqual([])
    expect(codes({ lap: 1.5 })).toEqual(['invalid_value'])
    expect(codes({ lap: -1 })).toEqual(['invalid_value'])
    expect(faultsOf(words({ lap: -1 })).map(partOf)).toEqual(['lap'])
  })

  it('are counted as the server counts them', () => {
    expect(codes({ notes: '🏁'.repeat(20_000) })).toEqual([])
    expect(codes({ notes: 'x'.repeat(20_001) })).toEqual(['too_long'])
    // Half an emoji, as a bad paste leaves it, is one on the wire as well.
    expect(characters('a🏁b\uDFC1\uD83C')).toBe(5)
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
    expect(both).toEqual(
      words({
        notes: 'theirs\n\n---\n\nmine',
        tags: ['Rain', 'start', 'sentiment:bad'],
        replayLink: 'https://a.example',
        lap: 4,
      }),
    )
  })
})

describe('filters', () => {
  it('come back from the address as they were', () => {
    const filters = { tag: 'car:gt3', sentiment: 'bad' as const }
    expect(journalFiltersFromQuery(journalFiltersToQuery(filters))).toEqual(filters)
    expect(journalFiltersToQuery(NO_JOURNAL_FILTERS)).toEqual({})
    expect(journalFiltersFromQuery({ mood: 'great', tag: ['a'] })).toEqual(NO_JOURNAL_FILTERS)
  })

  const TODAY = '2026-04-01'
  const asked = (races: Partial<Filters>, timeZone = 'UTC') =>
    listParameters({ ...NO_FILTERS, ...races }, NO_JOURNAL_FILTERS, TODAY, timeZone)

  it('mean whole days of the driver’s time zone', () => {
    const days = { range: 'custom', from: '2026-03-29', to: '2026-03-29' } as const
    // The day that is an hour short.
    expect(asked(days, 'Europe/Stockholm')).toEqual({
      from: '2026-03-28T23:00:00.000Z',
      to: '2026-03-29T21:59:59.000Z',
    })
  })

  it('leave to the server what it can tell', () => {
    expect(asked({ kind: 'team', result: 'retired', series: 444, text: ' late ' })).toEqual({
      team: true,
      result: ['didNotFinish'],
      seriesId: [444],
      search: 'late',
    })
    expect(asked({ kind: 'heat', result: 'pole', carClass: 'GT4', venue: 'Spa', range: '2026S1' })).toEqual(
      {},
    )
  })

  it('take the rest out of what the server let through', () => {
    const item = (race: Partial<Race>) => ({ race: aRace(race) }) as JournalItem
    const items = [item({ subsessionId: 1 }), item({ subsessionId: 2, carClassName: 'GT3' })]
    const fit = fitting(items, { ...NO_FILTERS, carClass: 'GT3', text: 'in the notes' }, TODAY, 'UTC')
    expect(fit.map(({ race }) => race.subsessionId)).toEqual([2])
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
