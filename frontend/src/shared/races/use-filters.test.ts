import { expect, it } from 'vitest'
import type { RouteLocationNormalized } from 'vue-router'

import { wayTo } from './use-filters'

it('takes the filters along between log, journal and analytics, and nothing else', () => {
  const from = (name: string) =>
    ({
      name,
      query: { range: '30d', car: '7', tag: 'rain', sort: 'irating' },
    }) as unknown as RouteLocationNormalized
  const filters = { range: '30d', car: '7' }
  expect(wayTo('journal', from('race-log'))).toEqual({ name: 'journal', query: filters })
  expect(wayTo('analytics', from('journal'))).toEqual({ name: 'analytics', query: filters })
  expect(wayTo('race-log', from('analytics'))).toEqual({ name: 'race-log', query: filters })
  // To the page itself: as it begins.
  expect(wayTo('journal', from('journal'))).toEqual({ name: 'journal', query: {} })
  expect(wayTo('tracks', from('race-log'))).toEqual({ name: 'tracks', query: {} })
  expect(wayTo('race-log', from('race'))).toEqual({ name: 'race-log', query: {} })
})
