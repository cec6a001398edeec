import type { FieldProblem } from '@/shared/api/problem'
import type { JournalEntry, JournalItem, Sentiment } from '@/shared/api/types'
import { calendarDay } from '@/shared/format/time'
import { daysOf, filterRows, type Filters } from '@/shared/races/filters'
import { toRow } from '@/shared/races/rows'

/** What the server takes. */
export const LONGEST_NOTES = 20_000
/** Beside the sentiment. */
export const MOST_TAGS = 30
export const LONGEST_TAG = 50
export const LONGEST_LINK = 500

export const SENTIMENTS: readonly Sentiment[] = ['good', 'neutral', 'bad']
const SENTIMENT = 'sentiment:'

/** What a driver writes about a race. */
export interface Words {
  notes: string
  /** A sentiment is one of them. */
  tags: string[]
  /** The tag that is being typed: it is none yet. */
  tagText: string
  replayLink: string
  lap: number | null
}

export const NO_WORDS: Readonly<Words> = { notes: '', tags: [], tagText: '', replayLink: '', lap: null }

/** Words that are not stored on the server yet, and the version that they are to replace. */
export interface Draft {
  words: Words
  version: number
  /** What was sent of them without an answer: if the server has that, it is the driver's own. */
  unanswered?: Words[]
}

export function wordsOf(entry: JournalEntry): Words {
  return {
    notes: entry.notes,
    tags: [...entry.tags],
    tagText: '',
    replayLink: entry.replayLink ?? '',
    lap: entry.lap ?? null,
  }
}

export function sameWords(one: Words, other: Words): boolean {
  return (
    one.notes === other.notes &&
    one.tagText.trim() === other.tagText.trim() &&
    one.replayLink.trim() === other.replayLink.trim() &&
    one.lap === other.lap &&
    one.tags.length === other.tags.length &&
    one.tags.every((tag, index) => tag === other.tags[index])
  )
}

export function isEmpty({ notes, tags, replayLink, lap }: Words): boolean {
  return notes.trim() === '' && tags.length === 0 && replayLink.trim() === '' && lap === null
}

export function sentimentOf(tags: readonly string[]): Sentiment | null {
  const value = tags.find((tag) => tag.startsWith(SENTIMENT))?.slice(SENTIMENT.length)
  return SENTIMENTS.find((sentiment) => sentiment === value) ?? null
}

/** The tags with another sentiment, or without any. */
export function withSentiment(tags: readonly string[], sentiment: Sentiment | null): string[] {
  const others = plainTags(tags)
  return sentiment ? [...others, SENTIMENT + sentiment] : others
}

/** All tags but the sentiment. What is none is a tag like any other, until it is marked. */
export function plainTags(tags: readonly string[]): string[] {
  return tags.filter((tag) => !SENTIMENTS.some((sentiment) => tag === SENTIMENT + sentiment))
}

/**
 * The tags with more of them. What is there already, in whatever case, is not added again; a sentiment takes the place
 * of the one before.
 */
export function withTags(tags: readonly string[], more: readonly string[]): string[] {
  let all = [...tags]
  for (const tag of more.map((text) => text.trim())) {
    const lower = tag.toLowerCase()
    const sentiment = SENTIMENTS.find((each) => lower === SENTIMENT + each)
    if (sentiment) all = withSentiment(all, sentiment)
    else if (tag && !all.some((other) => other.toLowerCase() === lower)) all.push(tag)
  }
  return all
}

/** What becomes of the words when the tag that is being typed is one, or several by commas. */
export function withTypedTag({ tags, tagText }: Words): Pick<Words, 'tags' | 'tagText'> {
  return { tags: withTags(tags, tagText.split(',')), tagText: '' }
}

/** What is a field of the driver's. */
export const PARTS = ['notes', 'tags', 'replayLink', 'lap'] as const
export type Part = (typeof PARTS)[number]

/** The part that a problem is about: `tags` of `tags[3]`. */
export function partOf({ field }: FieldProblem): Part | undefined {
  return PARTS.find((part) => field.split('[')[0] === part)
}

/** What the server would refuse, as it would say so. How many laps a race has only the server knows. */
export function faultsOf({ notes, tags, replayLink, lap }: Words): FieldProblem[] {
  const link = replayLink.trim()
  const tooMany = plainTags(tags).length > MOST_TAGS
  return [
    ...(characters(notes) > LONGEST_NOTES ? [fault('notes', 'too_long', LONGEST_NOTES)] : []),
    ...(tooMany ? [fault('tags', 'too_many', MOST_TAGS)] : []),
    ...tags.flatMap((tag, place) => {
      if (characters(tag) > LONGEST_TAG) return [fault(`tags[${place}]`, 'too_long', LONGEST_TAG)]
      return tag.startsWith(SENTIMENT) && sentimentOf([tag]) === null
        ? [{ field: `tags[${place}]`, code: 'invalid_value' }]
        : []
    }),
    ...(characters(link) > LONGEST_LINK ? [fault('replayLink', 'too_long', LONGEST_LINK)] : []),
    ...(isWebAddress(link) ? [] : [{ field: 'replayLink', code: 'invalid_url' }]),
    ...(lap === null || (Number.isInteger(lap) && lap >= 0) ? [] : [{ field: 'lap', code: 'invalid_value' }]),
  ]
}

function fault(field: string, code: string, max: number): FieldProblem {
  return { field, code, params: { max: String(max) } }
}

/** Counted as the server does: an emoji is one. */
export function characters(text: string): number {
  return text.replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g, '.').length
}

function isWebAddress(link: string): boolean {
  return link === '' || /^https?:\/\/[^\s/?#:][^\s]*$/.test(link)
}

/** The link with a scheme, if all that it lacks to be a web address is one: `youtube.com/watch?v=1`. */
export function withScheme(link: string): string {
  const plain = link.trim()
  return /^[\w-]+(\.[\w-]+)+([/?#][^\s]*)?$/.test(plain) ? `https://${plain}` : link
}

/** Both versions in one: theirs, then mine; links, lap and sentiment of mine if it has them. */
export function bothOf(mine: Words, theirs: Words): Words {
  const notes = [theirs.notes.trim(), mine.notes.trim()].filter(Boolean)
  return {
    notes: [...new Set(notes)].join('\n\n---\n\n'),
    tags: withTags(theirs.tags, mine.tags),
    tagText: mine.tagText,
    replayLink: mine.replayLink || theirs.replayLink,
    lap: mine.lap ?? theirs.lap,
  }
}

/** Which entries to list, beside the filters that all lists of races share; those' text searches notes and tags here. */
export interface JournalFilters {
  tag: string
  sentiment: Sentiment | ''
}

export const NO_JOURNAL_FILTERS: Readonly<JournalFilters> = { tag: '', sentiment: '' }

export function journalFiltersFromQuery(query: Record<string, unknown>): JournalFilters {
  return {
    tag: typeof query.tag === 'string' ? query.tag : '',
    sentiment: SENTIMENTS.find((sentiment) => sentiment === query.mood) ?? '',
  }
}

export function journalFiltersToQuery({ tag, sentiment }: JournalFilters): Record<string, string> {
  return { ...(tag ? { tag } : {}), ...(sentiment ? { mood: sentiment } : {}) }
}

const HOUR = 3_600_000

/** When a calendar day begins in a time zone. */
export function startOfDay(day: string, timeZone: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  // No zone is further from UTC than 14 hours, nor begins its days off a quarter of an hour.
  for (let at = midnight - 14 * HOUR; at <= midnight + 14 * HOUR; at += HOUR / 4) {
    if (calendarDay(at, timeZone) === day) return at
  }
  return midnight
}

const ON_THE_SERVER = {
  win: 'win',
  podium: 'podium',
  topFive: 'topFive',
  finished: 'finished',
  retired: 'didNotFinish',
} as const

/**
 * The filters as far as the list of the server takes them; its `to` is the last moment that counts. What it lets
 * through is to go through {@link fitting}, too.
 */
export function listParameters(
  races: Filters,
  { tag, sentiment }: JournalFilters,
  today: string,
  timeZone: string,
) {
  const { from, to } = daysOf(races, today)
  const nextDay = to && new Date(Date.parse(`${to}T00:00:00Z`) + 24 * HOUR).toISOString().slice(0, 10)
  const { text, discipline, series, car, track, kind, result } = races
  const known = result && result in ON_THE_SERVER ? ON_THE_SERVER[result as keyof typeof ON_THE_SERVER] : null
  return {
    ...(text.trim() ? { search: text.trim() } : {}),
    ...(tag ? { tag: [tag] } : {}),
    ...(sentiment ? { sentiment: [sentiment] } : {}),
    ...(from ? { from: new Date(startOfDay(from, timeZone)).toISOString() } : {}),
    ...(nextDay ? { to: new Date(startOfDay(nextDay, timeZone) - 1000).toISOString() } : {}),
    ...(discipline ? { discipline: [discipline] } : {}),
    ...(series !== null ? { seriesId: [series] } : {}),
    ...(car !== null ? { carId: [car] } : {}),
    ...(track !== null ? { trackId: [track] } : {}),
    ...(kind === 'team' ? { team: true } : kind && kind !== 'heat' ? { kind: [kind] } : {}),
    ...(known ? { result: [known] } : {}),
  }
}

/** The entries whose races fit all filters. */
export function fitting(
  items: readonly JournalItem[],
  races: Filters,
  today: string,
  timeZone: string,
): JournalItem[] {
  const rows = items.map(({ race }) => toRow(race, timeZone))
  const fits = new Set(filterRows(rows, { ...races, text: '' }, today).map(({ id }) => id))
  return items.filter(({ race }) => fits.has(race.driverRaceId))
}
