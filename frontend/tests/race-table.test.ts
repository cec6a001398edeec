import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'

import RaceTable from '@/features/race-log/components/RaceTable.vue'
import { NEWEST_FIRST } from '@/features/race-log/model'
import { toRow } from '@/shared/races/rows'
import type { Race } from '@/shared/api/types'
import { aRace } from '@/shared/api/race-for-tests'

import { mountInApp } from './mounting'

const RACES: Partial<Race>[] = [
  { startTime: '2026-03-03T00:00:00Z', seriesName: 'Third', oldIrating: 2000, newIrating: 2010 },
  { startTime: '2026-03-02T00:00:00Z', seriesName: 'Second', kind: 'league' },
  { startTime: '2026-03-01T00:00:00Z', seriesName: 'First', oldIrating: 2000, newIrating: 1950 },
]

let wrapper: ReturnType<typeof mountInApp>['wrapper']

beforeEach(() => {
  const rows = RACES.map((race, index) => toRow(aRace({ subsessionId: index + 1, ...race }), 'UTC'))
  wrapper = mountInApp(RaceTable, {
    rows,
    sort: { ...NEWEST_FIRST },
    'onUpdate:sort': (sort: unknown) => wrapper.setProps({ sort }),
  }).wrapper
})

afterEach(() => wrapper.unmount())

function series(): string[] {
  return wrapper.findAll('.series a').map((link) => link.text())
}

async function sortBy(name: string): Promise<void> {
  const button = wrapper.findAll('thead button').find((candidate) => candidate.text() === name)
  await button!.trigger('click')
  await nextTick()
}

describe('the table of races', () => {
  it('counts all rows, also those that are not in the document, and the head', () => {
    expect(wrapper.get('table').attributes('aria-rowcount')).toBe('4')
    expect(wrapper.findAll('tr[data-index]').map((row) => row.attributes('aria-rowindex'))).toEqual([
      '2',
      '3',
      '4',
    ])
  })

  it('says how it is sorted, and turns around', async () => {
    expect(wrapper.find('th.date').attributes('aria-sort')).toBe('descending')
    expect(series()).toEqual(['Third', 'Second', 'First'])
    await sortBy('Date')
    expect(wrapper.find('th.date').attributes('aria-sort')).toBe('ascending')
    expect(series()).toEqual(['First', 'Second', 'Third'])
  })

  it('puts races without a value last, whatever the direction', async () => {
    await sortBy('iRating')
    expect(series()).toEqual(['Third', 'First', 'Second'])
    await sortBy('iRating')
    expect(series()).toEqual(['First', 'Third', 'Second'])
  })

  it('is one stop of the Tab key; arrows, Home and End move inside', async () => {
    const links = () => wrapper.findAll<HTMLAnchorElement>('.series a')
    expect(links().map((link) => link.attributes('tabindex'))).toEqual(['0', '-1', '-1'])
    await links()[0]!.trigger('focusin')
    await links()[0]!.trigger('keydown', { key: 'ArrowDown' })
    expect(document.activeElement).toBe(links()[1]!.element)
    await links()[1]!.trigger('keydown', { key: 'End' })
    expect(document.activeElement).toBe(links()[2]!.element)
    await links()[2]!.trigger('keydown', { key: 'Home' })
    expect(document.activeElement).toBe(links()[0]!.element)
    expect(links().map((link) => link.attributes('tabindex'))).toEqual(['0', '-1', '-1'])
  })

  it('links each row to its race', () => {
    expect(wrapper.find('.series a').attributes('href')).toBe('/races/1772496000-1')
  })
})
