import { afterEach, describe, expect, it } from 'vitest'

import { loadMessages } from '@/app/i18n'
import CalendarSection from '@/features/analytics/components/CalendarSection.vue'
import { calendarOf } from '@/features/analytics/periods'
import { aRace } from '@/shared/api/race-for-tests'
import { filterRows, filtersFromQuery, NO_FILTERS, type Filters } from '@/shared/races/filters'
import { toRow } from '@/shared/races/rows'

import { mountInApp } from './mounting'

await loadMessages(['analytics'])

let wrapper: ReturnType<typeof mountInApp>['wrapper']
afterEach(() => wrapper.unmount())

describe('the calendar', () => {
  it.each([
    { range: 'all' },
    { range: '30d' },
    { range: '2026' },
    { range: '2026S1' },
    { range: 'custom', from: '2026-02-20' },
    { range: '2026S1', car: 204 },
  ] as Partial<Filters>[])('leads to as many races in the log as its day says: %o', (chosen) => {
    const rows = [{}, {}, { kind: 'hosted', seasonYear: null, seasonQuarter: null }, { carId: 1 }].map(
      (race, index) => toRow(aRace({ subsessionId: index + 1, ...(race as object) }), 'UTC'),
    )
    const filters = { ...NO_FILTERS, ...chosen }
    const days = calendarOf(filterRows(rows, filters, '2026-03-15'))
    const mounted = mountInApp(CalendarSection, { days, filters, today: '2026-03-15' })
    wrapper = mounted.wrapper
    const address = new URL(wrapper.get('.show').attributes('href')!, 'http://localhost')
    const log = filterRows(rows, filtersFromQuery(Object.fromEntries(address.searchParams)), '2026-03-15')
    expect(log).toHaveLength(days.get('2026-03-01')!.races)
  })
})
