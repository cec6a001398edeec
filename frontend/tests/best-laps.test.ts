import { afterEach, describe, expect, it } from 'vitest'

import { loadMessages } from '@/app/i18n'
import MomentsSection from '@/features/analytics/components/MomentsSection.vue'
import { aRace } from '@/shared/api/race-for-tests'
import type { Race } from '@/shared/api/types'
import { personalBests } from '@/shared/races/bests'
import BestLaps from '@/shared/races/BestLaps.vue'
import { toRow } from '@/shared/races/rows'

import { mountInApp } from './mounting'

await loadMessages(['analytics', 'figures'])

const rows = (...races: Partial<Race>[]) =>
  races.map((race, index) => toRow(aRace({ subsessionId: index + 1, ...race }), 'UTC'))
const on = (day: number, race: Partial<Race>) => ({ startTime: `2026-01-0${day}T12:00:00Z`, ...race })
const OLDER = 'Older races are still being loaded'

let wrapper: ReturnType<typeof mountInApp>['wrapper']
afterEach(() => wrapper.unmount())

function mountBests(loading: boolean, ...races: Partial<Race>[]) {
  wrapper = mountInApp(BestLaps, { bests: personalBests(rows(...races)), label: 'Bests', loading }).wrapper
}
const lines = () => wrapper.findAll('tbody tr').map((line) => line.findAll('td').map((cell) => cell.text()))

describe('the table of personal bests', () => {
  it('tells laps of races and of qualifying with their days and steps, each by itself', async () => {
    mountBests(
      false,
      on(1, { bestLapTime: 910_000, qualifyingTime: 905_000 }),
      on(2, { bestLapTime: 920_000, qualifyingTime: 900_000 }),
      on(3, { carId: 1, carName: 'MX-5', qualifyingTime: 800_000 }),
    )
    expect(lines()).toEqual([
      ['MX-5', '–', '', '', '1:20.000', 'Jan 3, 2026', 'first lap stands', '1'],
      [
        'McLaren 570S GT4',
        '1:31.000',
        'Jan 1, 2026',
        'first lap stands',
        '1:30.000',
        'Jan 2, 2026',
        '−0.500',
        '2',
      ],
    ])
    await wrapper.get('button[aria-expanded]').trigger('click')
    expect(
      wrapper
        .get('.steps')
        .findAll('li')
        .map((step) => step.text()),
    ).toEqual(['Jan 2, 20261:30.000−0.500', 'Jan 1, 20261:30.500'])
  })

  it('has no columns for laps that nobody drove', () => {
    mountBests(false, on(1, { bestLapTime: 910_000 }))
    expect(wrapper.findAll('.kind').map((kind) => kind.text())).toEqual(['Race'])
  })

  it('says that it may change while older races are to come', () => {
    mountBests(true, on(1, { bestLapTime: 910_000 }))
    expect(wrapper.text()).toContain(OLDER)
    wrapper.unmount()
    mountBests(false, on(1, { bestLapTime: 910_000 }))
    expect(wrapper.text()).not.toContain(OLDER)
  })
})

describe('milestones', () => {
  it.each([true, false])('say so while older races are to come: %s', (loading) => {
    wrapper = mountInApp(MomentsSection, { rows: rows(on(1, {})), filtered: false, loading }).wrapper
    expect(wrapper.text().includes(OLDER)).toBe(loading)
  })
})
