import { describe, expect, it } from 'vitest'

import { SHORTCUTS, Shortcuts } from './shortcuts'

const plain = { ctrlKey: false, metaKey: false, altKey: false }

function typed(keys: string, singleKeys = true, pause = 100) {
  const shortcuts = new Shortcuts()
  return [...keys].map((key, index) => shortcuts.press({ ...plain, key }, index * pause, singleKeys))
}

describe('shortcuts', () => {
  it('are single keys, or two one after the other', () => {
    expect(typed('/')).toEqual(['search'])
    expect(typed('gj')).toEqual([null, 'journal'])
    expect(typed('gxgl')).toEqual([null, null, null, 'race-log'])
    expect(typed('ggl')).toEqual([null, null, 'race-log'])
  })

  it('forget a first key that nothing follows', () => {
    expect(typed('gj', true, 2_000)).toEqual([null, null])
  })

  it('do not take the second key of two for a shortcut of its own', () => {
    expect(typed('g/')).toEqual([null, null])
  })

  it('leave the browser its own, but for the palette', () => {
    const shortcuts = new Shortcuts()
    expect(shortcuts.press({ ...plain, ctrlKey: true, key: 's' }, 0, true)).toBeNull()
    expect(shortcuts.press({ ...plain, metaKey: true, key: 'k' }, 0, true)).toBe('palette')
    expect(shortcuts.press({ ...plain, ctrlKey: true, key: 'K' }, 0, true)).toBe('palette')
  })

  it('can be switched off, but for the palette', () => {
    expect(typed('/gj?', false)).toEqual([null, null, null, null])
    expect(new Shortcuts().press({ ...plain, ctrlKey: true, key: 'k' }, 0, false)).toBe('palette')
  })

  it('are never the same twice, nor the beginning of another', () => {
    const all = SHORTCUTS.map(({ keys }) => keys.join(' '))
    expect(new Set(all).size).toBe(all.length)
    const firsts = SHORTCUTS.filter(({ keys }) => keys.length === 2).map(({ keys }) => keys[0])
    expect(all.filter((keys) => firsts.includes(keys))).toEqual([])
  })
})
