import { describe, expect, it } from 'vitest'

import { find } from './search'

const labels = (found: { label: string }[]) => found.map(({ label }) => label)
const items = [
  { label: 'Race log' },
  { label: 'Nürburgring – Nordschleife', words: 'track' },
  { label: 'Porsche 911 GT3 R', words: 'car' },
  { label: 'Grand Prix Race Series' },
  { label: 'Trace (C++)' },
]

describe('the palette’s search', () => {
  it('shows the first ones while nothing is typed', () => {
    expect(labels(find(items, '  ', 2))).toEqual(['Race log', 'Nürburgring – Nordschleife'])
  })

  it('knows no accents and no case', () => {
    expect(labels(find(items, 'NURB', 9))).toEqual(['Nürburgring – Nordschleife'])
  })

  it('puts beginnings before words before middles', () => {
    expect(labels(find(items, 'race', 9))).toEqual(['Race log', 'Grand Prix Race Series', 'Trace (C++)'])
  })

  it('wants every word, wherever it stands', () => {
    expect(labels(find(items, 'gt3 porsche', 9))).toEqual(['Porsche 911 GT3 R'])
    expect(labels(find(items, 'car 911', 9))).toEqual(['Porsche 911 GT3 R'])
    expect(find(items, 'gt3 ferrari', 9)).toEqual([])
  })

  it('takes signs as they are', () => {
    expect(labels(find(items, '(c++', 9))).toEqual(['Trace (C++)'])
    expect(find(items, '.*', 9)).toEqual([])
    expect(find(items, 'gt-3', 9)).toEqual([])
  })
})
