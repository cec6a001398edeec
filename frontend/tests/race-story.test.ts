import { afterEach, describe, expect, it } from 'vitest'

import { i18n, speak } from '@/app/i18n'
import messages from '@/app/i18n/messages/en-US/race.json'
import PaceTable from '@/features/race/pace/PaceTable.vue'
import RaceStory from '@/features/race/story/RaceStory.vue'
import { SAYINGS } from '@/features/race/story/story'
import type { RaceAnalysis } from '@/shared/api/types'

import { mountInApp } from './mounting'

const NOTE = 'nothing says which'

function analysis(changes: Partial<RaceAnalysis> = {}): RaceAnalysis {
  return {
    entrantId: 'driver:1',
    entrants: [],
    carClasses: [],
    eventsKnown: true,
    cautionsUnknown: false,
    story: [
      {
        kind: 'penalty',
        lap: 2,
        entrants: ['driver:1'],
        reason: 'Jump start',
        sanction: 'Hold for 2 seconds',
        clearedLap: null,
      },
      {
        kind: 'retirement',
        lap: 3,
        entrants: ['driver:2'],
        place: 4,
        ahead: true,
        reasonOut: 'Lost in the woods',
      },
    ],
    ...changes,
  } as unknown as RaceAnalysis
}

const told = (changes: Partial<RaceAnalysis> = {}) =>
  mountInApp(RaceStory, { analysis: analysis(changes), rows: [], multiClass: false }).wrapper.text()
const paced = (changes: Partial<RaceAnalysis> = {}) =>
  mountInApp(PaceTable, {
    analysis: analysis(changes),
    rows: [],
    multiClass: false,
    carClassId: null,
  }).wrapper.text()

afterEach(() => speak('en-US'))

it('there is a message for every sentence of a story, and no other', () => {
  expect(Object.keys(messages.race.story.say).sort()).toEqual([...SAYINGS].sort())
})

it('iRacing’s words are in the language of the reader where they are known', async () => {
  expect(told()).toContain('Penalty: Hold for 2 seconds (Jump start).')
  await speak('de')
  expect(i18n.global.locale.value).toBe('de')
  expect(told()).toContain('Strafe: 2 Sekunden warten (Frühstart).')
  expect(told()).toContain('schied aus (Lost in the woods).')
})

describe('cautions that nothing tells of', () => {
  it('are said to count as other laps, beside the pace and the story', () => {
    expect(paced({ cautionsUnknown: true })).toContain(NOTE)
    expect(told({ cautionsUnknown: true })).toContain(NOTE)
    expect(told({ cautionsUnknown: true, eventsKnown: false })).toContain('event log could not be read')
  })

  it('are not spoken of where all are known', () => {
    expect(paced()).not.toContain(NOTE)
    expect(told()).not.toContain(NOTE)
  })
})
