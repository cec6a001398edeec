import { expect, it } from 'vitest'

import MyResult from '@/features/race/components/MyResult.vue'
import { aRace } from '@/shared/api/race-for-tests'

import { mountInApp } from './mounting'

it('tells what the race did to the safety rating', () => {
  const race = aRace({ oldLicenseLevel: 3, newLicenseLevel: 3, oldSubLevel: 250, newSubLevel: 284 })
  const { wrapper } = mountInApp(MyResult, { race })
  expect(wrapper.text()).toContain('+0.34')
  expect(wrapper.text()).toContain('R 2.50 → R 2.84')
})
