import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Component } from 'vue'

import { loadMessages } from '@/app/i18n'
import CatalogueHead from '@/features/catalogue/components/CatalogueHead.vue'
import TrackDrawing from '@/features/catalogue/components/TrackDrawing.vue'
import CarPage from '@/features/catalogue/CarPage.vue'
import SeriesPage from '@/features/catalogue/SeriesPage.vue'
import TrackPage from '@/features/catalogue/TrackPage.vue'
import type { Car, Series, Track } from '@/shared/api/types'
import { carsQuery, seriesQuery, trackMapQuery, tracksQuery } from '@/shared/races/reference'

import { mountInApp } from './mounting'

await loadMessages(['catalogue', 'figures'])

const NOW = Date.parse('2026-07-15T12:00:00Z')
const daysAgo = (days: number) => new Date(NOW - days * 86_400_000).toISOString()
const track = { trackId: 1, name: 'Spa', hasMap: true, category: 'road', lengthKm: 7 } as Track
const car = { carId: 1, name: 'MX-5', categories: ['road'] } as Car
const series = { seriesId: 1, name: 'Cup', category: 'road', active: true } as Series

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
  vi.stubGlobal('fetch', async () => new Response(null, { status: 404 }))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  document.body.innerHTML = ''
})

/** What a page of the catalogue says of lists, and a map, that were fetched so many days ago. */
async function said(
  page: Component,
  days: number,
  { address = '/cars', ...props }: Record<string, unknown> & { address?: string } = {},
): Promise<string> {
  const { wrapper, queryClient, router } = mountInApp(page, props)
  const fetchedAt = daysAgo(days)
  await router.push(address)
  queryClient.setQueryData(tracksQuery.queryKey, { items: [track], fetchedAt })
  queryClient.setQueryData(carsQuery.queryKey, { items: [car], fetchedAt })
  queryClient.setQueryData(seriesQuery.queryKey, { items: [series], fetchedAt })
  queryClient.setQueryData(trackMapQuery(1).queryKey, {
    viewBox: { x: 0, y: 0, width: 1, height: 1 },
    layers: [],
    fetchedAt,
  } as never)
  await flushPromises()
  return wrapper.text()
}

describe('what iRacing has not told anew', () => {
  it.each([
    ['/tracks/1', TrackPage],
    ['/cars/1', CarPage],
    ['/series/1', SeriesPage],
  ])('has its age on %s', async (address, page) => {
    expect(await said(page, 3, { address })).toContain('iRacing has not answered since Jul 12, 2026')
    expect(await said(page, 1, { address })).not.toContain('has not answered')
  })

  it('has its age on the lists', async () => {
    const of = (days: number) =>
      said(CatalogueHead, 0, { title: 'Cars', summary: '', fetchedAt: daysAgo(days) })
    expect(await of(3)).toContain('iRacing has not answered since Jul 12, 2026')
    expect(await of(1)).not.toContain('has not answered')
  })

  it('has its age under a map', async () => {
    expect(await said(TrackDrawing, 40, { track })).toContain('This drawing is of Jun 5, 2026')
    expect(await said(TrackDrawing, 20, { track })).not.toContain('This drawing')
  })
})
