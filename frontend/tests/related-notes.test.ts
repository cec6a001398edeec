import { flushPromises } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'

import RelatedNotes from '@/features/journal/components/RelatedNotes.vue'
import { relatedQuery } from '@/features/journal/queries'
import { aRace } from '@/shared/api/race-for-tests'
import type { JournalItem } from '@/shared/api/types'

import { mountInApp } from './mounting'

const RACE = '1766953800-82263872'

function item(notes: string, tags: string[]): JournalItem {
  const race = aRace({ driverRaceId: `1766953000-${notes.length}`, trackName: 'Hartwald Ring' })
  const { driverRaceId } = race
  const times = { createdAt: race.startTime, updatedAt: race.startTime }
  return {
    race: race as JournalItem['race'],
    entry: { driverRaceId, notes, tags, replayLink: null, lap: null, version: 1, sentiment: null, ...times },
  }
}

async function shown(items: JournalItem[]) {
  vi.stubGlobal('fetch', () => new Promise(() => {}))
  const mounted = mountInApp(RelatedNotes, { driverId: 7, driverRaceId: RACE })
  mounted.queryClient.setQueryData(relatedQuery(7, RACE).queryKey, { items })
  // The cards are a file of their own.
  await vi.dynamicImportSettled()
  await flushPromises()
  return mounted
}

it('shows what was written about the track or the car before, and finds its tags in the journal', async () => {
  const { wrapper, router } = await shown([item('Brake late into T1.', ['rain']), item('Long straight.', [])])
  expect(wrapper.find('summary').text()).toBe('2 earlier notes about this track or car')
  expect(wrapper.findAll('article').map((card) => card.find('h4 a').attributes('href'))).toEqual([
    '/races/1766953000-19',
    '/races/1766953000-14',
  ])
  expect(wrapper.text()).toContain('Hartwald Ring')
  const push = vi.spyOn(router, 'push').mockResolvedValue(undefined)
  await wrapper.find('button.tag').trigger('click')
  expect(push).toHaveBeenCalledWith({ name: 'journal', query: { tag: 'rain' } })
})

it('is not there when nothing was', async () => {
  const { wrapper } = await shown([])
  expect(wrapper.find('details').exists()).toBe(false)
})
