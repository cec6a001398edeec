import { describe, expect, it } from 'vitest'
import { mount } from '@vue/test-utils'

import type { TrackMap as Map } from '@/shared/api/types'

import TrackMap from './TrackMap.vue'

const outline = { path: 'M0 0L100 0L100 50Z', filled: true, evenOdd: true, stroke: null }
const map: Map = {
  trackId: 7,
  width: 1048,
  height: 548,
  layers: [
    { name: 'background', shapes: [{ ...outline, filled: false, evenOdd: false, stroke: 4 }], labels: [] },
    { name: 'active', shapes: [outline], labels: [] },
    {
      name: 'turns',
      shapes: [],
      labels: [{ x: 5, y: 6, size: 12, text: '<script>alert(1)</script><img src=x onerror=alert(1)>' }],
    },
  ],
  fetchedAt: '2026-07-15T12:00:00Z',
}
const drawn = (hidden: Map['layers'][number]['name'][] = []) =>
  mount(TrackMap, { props: { map, name: 'Map of Hartwald', hidden: new Set(hidden) } })

describe('a track map', () => {
  it('is one picture with a name, drawn from back to front', () => {
    const picture = drawn().get('svg')
    expect(picture.attributes()).toMatchObject({
      viewBox: '0 0 1048 548',
      role: 'img',
      'aria-label': 'Map of Hartwald',
    })
    expect(picture.findAll('g').map((layer) => layer.classes()[0])).toEqual(['background', 'active', 'turns'])
  })

  it('draws areas as areas and lines as lines', () => {
    const [line, area] = drawn().findAll('path')
    expect(line!.attributes()).toMatchObject({ stroke: 'currentcolor', 'stroke-width': '4' })
    expect(line!.classes()).not.toContain('filled')
    expect(area!.attributes()).toMatchObject({ d: outline.path, 'fill-rule': 'evenodd' })
    expect(area!.attributes('stroke')).toBeUndefined()
    expect(area!.classes()).toContain('filled')
  })

  it('leaves out the layers that are hidden', () => {
    expect(
      drawn(['background', 'turns'])
        .findAll('g')
        .map((layer) => layer.classes()[0]),
    ).toEqual(['active'])
  })

  it('shows labels as the text that they are, and large enough to be read', () => {
    const label = drawn().get('text')
    expect(label.text()).toBe(map.layers[2]!.labels[0]!.text)
    expect(label.element.children).toHaveLength(0)
    expect(Number(label.attributes('font-size'))).toBeGreaterThanOrEqual(20)
  })
})
