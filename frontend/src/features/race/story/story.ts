import type { StoryEvent, Stint } from '@/shared/api/types'
import { gap, lapTime } from '@/shared/format/time'

import { MARKS } from '../model'

/** Messages that sentences are made of. */
export const SAYINGS = [
  'startWon',
  'startLost',
  'startHeld',
  'startFellOut',
  'battle',
  'battleSwaps',
  'battleWon',
  'battleLost',
  'battles',
  'battlesWon',
  'battlesLost',
  'pit',
  'pitFrom',
  'pitRejoined',
  'pitCost',
  'pitSettled',
  'pitHandover',
  'pitDriverChange',
  'offTrack',
  'contact',
  'carContact',
  'lostControl',
  'towed',
  'reset',
  'incident',
  'incidentCost',
  'incidentFree',
  'incidentUntold',
  'placesWon',
  'placesLost',
  'penalty',
  'penaltyCleared',
  'leadTaken',
  'leadLost',
  'leadOther',
  'classLeadTaken',
  'classLeadLost',
  'classLeadOther',
  'fastestOwn',
  'fastestOther',
  'classFastestOwn',
  'classFastestOther',
  'fastestPersonal',
  'retiredAhead',
  'retiredBehind',
  'caution',
  'finished',
  'finishedOverall',
  'finishedBehind',
  'finishedLaps',
  'out',
  'classified',
] as const

export type Saying = (typeof SAYINGS)[number]

/** A sentence to be said in whatever language: a message, what it is filled with, and how many for its plural. */
export interface Sentence {
  say: Saying
  with: Record<string, string | number>
  count?: number
}

/** Good or bad for whom the story is about. */
export type Tone = 'gain' | 'loss' | 'plain'

export interface Line {
  lap: number
  kind: StoryEvent['kind']
  tone: Tone
  /** An incident that cost hardly anything. */
  small: boolean
  sentences: Sentence[]
}

export interface Telling {
  /** Whose story it is. */
  told: string
  multiClass: boolean
  nameOf: (entrantId: string) => string
  /** A length of time in the reader's language. */
  duration: (ticks: number, digits?: number) => string
  /** Names in a row, in the reader's language. */
  list: (names: string[]) => string
  /** iRacing's words in the reader's language. */
  words: Record<'reasonOut' | 'penalty' | 'sanction', (words: string) => string>
  /** The stints of whom it is about, with the names of who drove, for changes of driver. */
  stints: readonly Pick<Stint, 'lastLap' | 'driverId'>[]
  driverName: (driverId: number) => string | undefined
}

/** A cost below this is written as none: costs are in tenths of a second. */
const SHOWN = 500

/** An incident that cost less than this, and no place, is a small one. */
const SMALL = 20_000

/** The story's lines, each of one or more whole sentences, so that they translate. */
export function linesOf(events: readonly StoryEvent[], telling: Telling): Line[] {
  return events.flatMap((event) => {
    const told = isBattle(event) ? fight(event, events, telling) : tell(event, telling)
    return told ? [{ lap: event.lap, kind: event.kind, ...told }] : []
  })
}

type Told = Pick<Line, 'tone' | 'small' | 'sentences'>

function tell(event: Exclude<StoryEvent, EventOf<'battle'>>, telling: Telling): Told {
  const { told, nameOf, multiClass, words } = telling
  switch (event.kind) {
    case 'start': {
      const { grid, place, gained, fellOut } = event
      const others = fellOut > 0 && counted('startFellOut', fellOut)
      if (gained === 0) return line('plain', { say: 'startHeld', with: { place } }, others)
      const count = Math.abs(gained)
      const sentence = { with: { grid, place, count }, count }
      return gained > 0
        ? line('gain', { say: 'startWon', ...sentence }, others)
        : line('loss', { say: 'startLost', ...sentence }, others)
    }
    case 'pitStop':
      return line('plain', ...pitStop(event, telling))
    case 'incident':
      return incident(event, telling)
    case 'penalty':
      return line(
        'loss',
        {
          say: 'penalty',
          with: { sanction: words.sanction(event.sanction), reason: words.penalty(event.reason) },
        },
        event.clearedLap != null && { say: 'penaltyCleared', with: { lap: event.clearedLap } },
      )
    case 'leadChange': {
      const names = { from: nameOf(event.from), to: nameOf(event.to) }
      if (event.to === told)
        return line('gain', { say: multiClass ? 'classLeadTaken' : 'leadTaken', with: names })
      if (event.from === told)
        return line('loss', { say: multiClass ? 'classLeadLost' : 'leadLost', with: names })
      return line('plain', { say: multiClass ? 'classLeadOther' : 'leadOther', with: names })
    }
    case 'fastestLap': {
      const own = event.entrants[0] === told
      const lap = { name: nameOf(event.entrants[0] ?? ''), time: lapTime(event.lapTime) }
      if (!event.ofClass) return line('plain', { say: 'fastestPersonal', with: lap })
      const whose = own ? 'Own' : 'Other'
      return line(own ? 'gain' : 'plain', {
        say: multiClass ? `classFastest${whose}` : `fastest${whose}`,
        with: lap,
      })
    }
    case 'retirement':
      return line(event.ahead ? 'gain' : 'plain', {
        say: event.ahead ? 'retiredAhead' : 'retiredBehind',
        with: {
          name: nameOf(event.entrants[0] ?? ''),
          place: event.place,
          reason: words.reasonOut(event.reasonOut),
        },
      })
    case 'caution':
      return line('plain', { say: 'caution', with: { last: event.lastLap } })
    case 'finish':
      return finish(event, telling)
  }
}

function line(tone: Tone, ...sentences: (Sentence | false | null)[]): Told {
  return {
    tone,
    small: false,
    sentences: sentences.filter((sentence) => sentence !== false && sentence !== null),
  }
}

/** A sentence that counts. */
function counted(say: Saying, count: number): Sentence {
  return { say, with: { count }, count }
}

type EventOf<Kind extends StoryEvent['kind']> = Extract<StoryEvent, { kind: Kind }>

function isBattle(event: StoryEvent): event is EventOf<'battle'> {
  return event.kind === 'battle'
}

/** A battle; those that began on the same lap, as after the start, are one line: that of the first of them. */
function fight(
  event: EventOf<'battle'>,
  events: readonly StoryEvent[],
  { told, nameOf, duration, list }: Telling,
): Told | null {
  const group = events.filter(isBattle).filter(({ lap }) => lap === event.lap)
  if (group[0] !== event) return null
  const rival = ({ ahead, behind }: EventOf<'battle'>) => nameOf(ahead === told ? behind : ahead)
  if (group.length === 1) {
    const { won, swaps, lastLap, closest } = event
    return line(
      won ? 'gain' : 'loss',
      { say: 'battle', with: { name: rival(event), last: lastLap, gap: duration(closest, 2) } },
      swaps > 0 && counted('battleSwaps', swaps),
      { say: won ? 'battleWon' : 'battleLost', with: {} },
    )
  }
  const namesOf = (won: boolean) => list(group.filter((battle) => battle.won === won).map(rival))
  const wins = group.filter(({ won }) => won).length
  return line(
    wins === group.length ? 'gain' : wins === 0 ? 'loss' : 'plain',
    {
      say: 'battles',
      with: {
        names: list(group.map(rival)),
        last: Math.max(...group.map(({ lastLap }) => lastLap)),
        gap: duration(Math.min(...group.map(({ closest }) => closest)), 2),
      },
    },
    wins > 0 && { say: 'battlesWon', with: { names: namesOf(true) } },
    wins < group.length && { say: 'battlesLost', with: { names: namesOf(false) } },
  )
}

function pitStop(event: EventOf<'pitStop'>, { duration, stints, driverName }: Telling): (Sentence | false)[] {
  const { before, rejoined, cost, settled, settledLap } = event
  const ended = stints.findIndex(({ lastLap }) => lastLap === event.lap)
  const [from, to] = [stints[ended], stints[ended + 1]].map((stint) => stint && driverName(stint.driverId))
  return [
    before == null
      ? { say: 'pit', with: {} }
      : rejoined == null
        ? { say: 'pitFrom', with: { before } }
        : { say: 'pitRejoined', with: { before, place: rejoined } },
    event.driverChange &&
      (from && to ? { say: 'pitHandover', with: { from, to } } : { say: 'pitDriverChange', with: {} }),
    cost != null && cost >= SHOWN && { say: 'pitCost', with: { time: duration(cost) } },
    settled != null &&
      settledLap != null &&
      settled !== rejoined && { say: 'pitSettled', with: { place: settled, lap: settledLap } },
  ]
}

const HAPPENED = ['offTrack', 'contact', 'carContact', 'lostControl', 'reset'] as const

function incident(event: EventOf<'incident'>, { duration }: Telling): Told {
  const { cost, flags, towed } = event
  const happened: Saying[] = HAPPENED.filter((mark) => (flags & MARKS[mark]) !== 0)
  if ((flags & MARKS.tow) !== 0) happened.push('towed')
  if (happened.length === 0) happened.push('incident')
  const places = event.places ?? 0
  const told = line(
    places < 0 || (cost ?? 0) >= SMALL || towed ? 'loss' : 'plain',
    ...happened.map((say): Sentence => ({ say, with: {} })),
    cost == null
      ? { say: 'incidentUntold', with: {} }
      : cost >= SHOWN
        ? { say: 'incidentCost', with: { time: duration(cost) } }
        : { say: 'incidentFree', with: {} },
    places !== 0 && counted(places > 0 ? 'placesWon' : 'placesLost', Math.abs(places)),
  )
  return { ...told, small: !towed && places >= 0 && cost != null && cost < SMALL }
}

function finish(event: EventOf<'finish'>, { multiClass, words }: Telling): Told {
  const { place, overall, gained, behindWinner, lapsBehind, finished, reasonOut } = event
  return line(
    gained == null || gained === 0 ? 'plain' : gained > 0 ? 'gain' : 'loss',
    finished
      ? { say: 'finished', with: { place: place ?? '–' } }
      : { say: 'out', with: { reason: words.reasonOut(reasonOut) } },
    !finished && place != null && { say: 'classified', with: { place } },
    multiClass && overall != null && { say: 'finishedOverall', with: { place: overall } },
    gained != null && gained !== 0 && counted(gained > 0 ? 'placesWon' : 'placesLost', Math.abs(gained)),
    finished &&
      behindWinner != null &&
      behindWinner > 0 && { say: 'finishedBehind', with: { gap: gap(behindWinner) } },
    finished && behindWinner == null && lapsBehind > 0 && counted('finishedLaps', lapsBehind),
  )
}
