import { expect, it } from 'vitest'

import { speak } from '@/app/i18n'
import { useFormat } from '@/shared/format/use-format'

import { mountInApp } from './mounting'

function formats() {
  let made!: ReturnType<typeof useFormat>
  mountInApp({ setup: () => ((made = useFormat()), () => null) })
  return made
}

it('writes a change with its sign, and no minus zero', () => {
  const { signed } = formats()
  expect(signed(12)).toBe('+12')
  expect(signed(-0.14, 2)).toBe('−0.14')
  expect(signed(-0.001, 2)).toBe('0.00')
})

it('writes numbers as the language does', async () => {
  const { signed, safetyRating } = formats()
  expect(safetyRating({ license: 'A', safety: 4.99 })).toBe('A 4.99')
  await speak('de')
  expect(safetyRating({ license: 'A', safety: 4.99 })).toBe('A 4,99')
  expect(signed(0.42, 2)).toBe('+0,42')
  await speak('en-US')
})
