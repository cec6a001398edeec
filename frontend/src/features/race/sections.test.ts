import { expect, it } from 'vitest'

import { lapOf, sectionOf, simsessionOf } from './sections'

it('an address names a part, a lap and a simsession, or nothing', () => {
  expect(sectionOf('#story')).toBe('story')
  expect(sectionOf('#nothing')).toBeNull()
  expect([lapOf('7'), lapOf('-7'), lapOf('7; drop'), lapOf(undefined), lapOf(['7'])]).toEqual([
    7,
    null,
    null,
    null,
    null,
  ])
  expect([simsessionOf('-2'), simsessionOf('0'), simsessionOf('race'), simsessionOf(null)]).toEqual([
    -2,
    0,
    null,
    null,
  ])
})
