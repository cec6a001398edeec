import type uPlot from 'uplot'
import { expect, it } from 'vitest'

import { drawHighlights, type Colours } from './drawing'
import { tracesOf, type ChartRow } from './model'

const PIT = 2
const INVALID = 1
const TOW = 2048
const colours = { paper: 'paper', incident: 'incident', classes: ['caution', 'line'] } as unknown as Colours

/** Where marks are drawn, by colour: a chart of 100 times 100 with laps 0 to 10 and times from 0 at the bottom to 100. */
function marksOf(flags: number[], times: (number | null)[], incident: number[] = [], dense = false) {
  const drawn: { colour: string; y: number }[] = []
  let y = 0
  const ctx = {
    fillStyle: '',
    rect: (_: number, top: number, __: number, height: number) => (y = top + height / 2),
    arc: (_: number, at: number) => (y = at),
    moveTo: (_: number, at: number) => (y = at),
    fill: () => drawn.push({ colour: ctx.fillStyle, y }),
  }
  const plot = {
    ctx: new Proxy(ctx, { get: (own, name) => Reflect.get(own, name) ?? (() => undefined) }),
    bbox: { left: 0, top: 0, width: 100, height: 100 },
    scales: { x: { min: 0, max: 10 } },
    valToPos: (value: number, scale: string) => (scale === 'x' ? value * 10 : 100 - value),
  } as unknown as uPlot
  const [trace] = tracesOf(
    [{ entrantId: 'a', carClassId: 1 } as ChartRow],
    [
      {
        entrantId: 'a',
        lap: times.map((_, lap) => lap),
        sessionTime: times.map(() => null),
        lapTime: times,
        position: times.map(() => 1),
        flags,
        incident: times.map((_, lap) => incident[lap] ?? 0),
        driver: null,
      },
    ],
    {
      lapClasses: ['pace'],
      entrants: [{ entrantId: 'a', lapClass: times.map(() => 0), cautionLaps: [2], stints: [] }],
    } as unknown as Parameters<typeof tracesOf>[2],
  )
  drawHighlights(
    { plot, ratio: 1, colours },
    [{ trace: trace!, values: trace!.lapTime, style: { colour: 1, dash: 0 } }],
    { marks: true, stepped: false, labels: false, font: '', dense },
  )
  return drawn
}

it('a lap without a time is marked at the lower edge', () => {
  expect(marksOf([0, TOW], [null, null])).toEqual([{ colour: 'line', y: 100 }])
})

it('a slower lap than the chart reaches is marked at the upper edge', () => {
  expect(marksOf([0, PIT], [null, 400])).toEqual([{ colour: 'line', y: 0 }])
})

it('everything that happened on a lap is marked, one thing beside the other', () => {
  const marks = marksOf([0, 0, PIT | INVALID], [null, 50, 60], [0, 0, 1])
  expect(marks.map(({ colour }) => colour)).toEqual(['line', 'incident', 'caution', 'paper'])
  const apart = marks.slice(1).map(({ y }, index) => y - marks[index]!.y)
  expect(Math.min(...apart)).toBeGreaterThan(5)
  expect(marks.at(-1)!.y).toBeLessThan(100)
})

it('nothing is left out where laps are close together', () => {
  expect(marksOf([0, INVALID, PIT | INVALID], [null, 50, 60], [], true)).toHaveLength(4)
})
