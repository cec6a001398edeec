import { describe, expect, it } from 'vitest'

import { loadMessages } from '@/app/i18n'
import RaceTotals from '@/features/race-log/components/RaceTotals.vue'
import { aRace } from '@/shared/api/race-for-tests'
import type { Race } from '@/shared/api/types'
import RaceFigures from '@/shared/races/RaceFigures.vue'
import { toRow } from '@/shared/races/rows'
import { tallyOf } from '@/shared/races/tally'

import { mountInApp } from './mounting'

await loadMessages(['figures'])

const tally = (...races: Partial<Race>[]) =>
  tallyOf(
    races.map((race, index) => toRow(aRace({ subsessionId: index + 1, ...race }), 'UTC')),
    new Map(),
  )
const NO_PLACE = { finishPosition: null, finishPositionInClass: null }

describe('the totals of the log', () => {
  it('share wins and podiums among the races with a place, as the analytics do', () => {
    const races = tally({ finishPositionInClass: 1 }, { finishPositionInClass: 4 }, NO_PLACE, NO_PLACE)
    const log = mountInApp(RaceTotals, { tally: races, loading: false }).wrapper
    const figures = mountInApp(RaceFigures, { tally: races }).wrapper
    expect(log.findAll('.note').map((note) => note.text())).toEqual(['50.0%', '50.0%'])
    expect(figures.get('[data-figure=wins] .note').text()).toBe('50.0%')
    log.unmount()
    figures.unmount()
  })

  it('keep the ratings of disciplines apart, and count in class', () => {
    const races = tally(
      { startTime: '2026-03-02T00:00:00Z', oldIrating: 2000, newIrating: 2040, finishPositionInClass: 1 },
      { startTime: '2026-03-03T00:00:00Z', oldIrating: 2040, newIrating: 2010, finishPositionInClass: null },
      { oldIrating: 1500, newIrating: 1510, discipline: 'oval', classCount: 2, finishPositionInClass: null },
      { oldIrating: 2010, newIrating: 2010, kind: 'league' },
    )
    const log = mountInApp(RaceTotals, { tally: races, loading: false }).wrapper
    expect(log.findAll('.rating dd').map((rating) => rating.text())).toEqual(['2,010 +10', '1,510 +10'])
    log.unmount()
  })

  it('say nothing of shares and incidents without a race', () => {
    const log = mountInApp(RaceTotals, { tally: tally(), loading: false }).wrapper
    expect(log.findAll('dt').map((name) => name.text())).toEqual([
      'Races',
      'Wins in class',
      'Podiums in class',
    ])
    expect(log.find('.note').exists()).toBe(false)
    log.unmount()
  })
})
