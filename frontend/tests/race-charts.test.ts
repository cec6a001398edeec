import { flushPromises } from '@vue/test-utils'
import { beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'

import { speak } from '@/app/i18n'
import RaceCharts from '@/features/race/charts/RaceCharts.vue'
import type { LapColumns, RaceAnalysis } from '@/shared/api/types'

import { mountInApp } from './mounting'

/** What a picture is named, and how a plot writes a value. */
const pictures = vi.hoisted(() => [] as string[])
const formats = vi.hoisted(() => new Map<string, (value: number) => string>())
vi.mock('@/features/race/charts/LapPlot.vue', () => ({
  default: defineComponent({
    props: { label: { type: String, required: true }, format: { type: Function, required: true } },
    emits: ['step'],
    setup(props, { expose, emit }) {
      formats.set(props.label.split(':')[0]!, props.format as (value: number) => string)
      expose({ picture: (title: string) => Promise.resolve(pictures.push(title) && null) })
      return () => h('div', { role: 'slider', onKeydown: (event: KeyboardEvent) => emit('step', event) })
    },
  }),
}))

const row = (name: string, position: number) => ({
  entrantId: `driver:${position}`,
  name,
  carNumber: '1',
  me: position === 1,
  carClassId: position < 3 ? 1 : 2,
  classIndex: 0,
  className: 'GT3',
  position,
  positionInClass: position,
  startPosition: position,
  startPositionInClass: position,
  drivers: [],
})
const rows = [row('Ann', 1), row('Bo', 2), row('Cy', 3), row('Di', 4)]
const laps = rows.slice(0, 3).map(({ entrantId, position }): LapColumns => ({
  entrantId,
  lap: [0, 1, 2],
  sessionTime: [0, 900_000 + position, 1_800_000 + position],
  lapTime: [null, 900_000, 900_000],
  position: [position, position, position],
  flags: [0, 2, 0],
  incident: [0, 0, 0],
  driver: null,
}))
const analysis = (eventsKnown: boolean) =>
  ({
    eventsKnown,
    cautionsUnknown: !eventsKnown,
    lapClasses: ['grid', 'in', 'caution'],
    entrants: rows.map(({ entrantId }) => ({
      entrantId,
      lapClass: [0, 1, 2],
      cautionLaps: [2],
      stints: [
        { firstLap: 1, lastLap: 1, median: null },
        { firstLap: 2, lastLap: 2, median: null },
      ],
    })),
  }) as unknown as RaceAnalysis

function charts(props: object = {}) {
  const { wrapper } = mountInApp(RaceCharts, {
    rows,
    laps,
    analysis: analysis(true),
    multiClass: true,
    carClassId: null,
    subtitle: 'A race',
    chosen: ['driver:1'],
    lap: 2,
    ...props,
  })
  return wrapper
}

async function pictureOf(wrapper: ReturnType<typeof charts>, chart: string) {
  pictures.length = 0
  await wrapper.get(`[aria-label="Save as PNG: ${chart}"]`).trigger('click')
  await flushPromises()
  return pictures[0]
}

beforeEach(() => speak('en-US'))

it('a picture is named as its chart is, with what it compares', async () => {
  const whole = charts()
  expect(await pictureOf(whole, 'Position by lap')).toBe('Position by lap')
  expect(await pictureOf(whole, 'Gap by lap')).toBe('Gap by lap, to: Leader of the class')
  await whole.get('select').setValue('driver:2')
  expect(await pictureOf(whole, 'Gap by lap')).toBe('Gap by lap, to: Bo')
  const oneClass = charts({ carClassId: 1 })
  expect(await pictureOf(oneClass, 'Position in class by lap')).toBe('Position in class by lap')
  expect(formats.has('Position in class by lap')).toBe(true)
})

it('says how many are not on the charts as they completed no lap', () => {
  expect(charts().text()).toContain('All drivers (3 of 4; 1 completed no lap)')
  expect(charts({ carClassId: 1 }).text()).toContain('All drivers (2)')
})

it('a caution is in the read-out and in the table, too', async () => {
  const wrapper = charts()
  expect(wrapper.get('.readout tbody').text()).toContain('Caution')
  await wrapper.get('[aria-label="Show as table: Lap times"]').trigger('click')
  expect(wrapper.get('[role=region][aria-label="Lap times"]').text()).toContain('1:30.000 PIT')
  expect(wrapper.get('[role=region][aria-label="Lap times"]').text()).toContain('1:30.000 Caution')
})

it('the keyboard hears what is marked on a lap', async () => {
  const wrapper = charts()
  const spoken = wrapper.get('[aria-live=polite]')
  const keyboard = wrapper.get('[role=slider]')
  await keyboard.trigger('keydown', { key: 'ArrowLeft' })
  expect(spoken.text()).toContain('lap time 1:30.000, In the pits')
  await keyboard.trigger('keydown', { key: 'End' })
  expect(spoken.text()).toContain('lap time 1:30.000, Caution')
})

it('says where cautions are not known, and claims none', () => {
  const unknown =
    'Laps may have been driven under caution, and nothing says which: they count as pace laps or slow ones.'
  expect(charts().text()).not.toContain(unknown)
  const wrapper = charts({ analysis: analysis(false) })
  expect(wrapper.text().split(unknown)).toHaveLength(3)
  expect(wrapper.find('.marks .caution').exists()).toBe(false)
})

it('says what the chart of lap times does not draw where it is', async () => {
  const wrapper = charts()
  const limits = 'Slower laps are beyond the upper edge'
  expect(wrapper.text()).toContain(limits)
  expect(wrapper.text()).toContain('Marks at the lower edge: laps without a time')
  await wrapper.get('input[type=checkbox]').setValue(true)
  expect(wrapper.text()).not.toContain(limits)
})

it('the axis of gaps is written as the language writes numbers', async () => {
  charts()
  const axis = formats.get('Gap by lap')!
  expect([500, 5_000, 20_000, -15_000, 1_300_000].map(axis)).toEqual(['0.05', '0.5', '2', '−1.5', '2:10'])
  await speak('de')
  charts()
  expect(formats.get('Abstand je Runde')!(5_000)).toBe('0,5')
})
