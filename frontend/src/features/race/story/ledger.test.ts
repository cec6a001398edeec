import { expect, it } from 'vitest'

import type { PlaceStep } from '@/shared/api/types'

import { ledgerLines } from './ledger'

const LEDGER = {
  start: 7,
  finish: 8,
  gained: -1,
  atStart: -6,
  byPace: 4,
  byPit: 0,
  byIncidents: 0,
  byRetirements: 1,
}

it('parts add up to the places gained', () => {
  const lines = ledgerLines(LEDGER, [])
  expect(lines.map(({ part, places }) => [part, places])).toEqual([
    ['start', -6],
    ['pace', 4],
    ['pit', 0],
    ['incidents', 0],
    ['retirements', 1],
  ])
  expect(lines.reduce((sum, { places }) => sum + places, 0)).toBe(LEDGER.start - LEDGER.finish)
})

it('each step is in the part that counts it: driving no further oneself is an incident', () => {
  const step = (cause: PlaceStep['cause'], places: number): PlaceStep => ({
    lap: 3,
    other: 'driver:2',
    places,
    cause,
  })
  const lines = ledgerLines(LEDGER, [
    step('start', -1),
    step('retirement', 1),
    step('retirement', -1),
    step('incident', 1),
    step('pit', -1),
  ])
  expect(lines.map(({ steps }) => steps.length)).toEqual([1, 0, 1, 2, 1])
})
