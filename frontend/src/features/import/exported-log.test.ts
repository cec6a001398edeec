import { describe, expect, it } from 'vitest'

import { isExportedLog, partsOfLog, sumOf } from './exported-log'

const log = (races: number, entries: number) =>
  JSON.stringify({
    format: 'spinout-log-1',
    driverId: 7,
    races: Array.from({ length: races }, (_, id) => ({ id })),
    journal: Array.from({ length: entries }, (_, id) => ({ id })),
  })

describe('a file', () => {
  it('is an exported log by its beginning', async () => {
    expect(await isExportedLog(new Blob([log(1, 0)]))).toBe(true)
    expect(await isExportedLog(new Blob(['{"type":"event_result","data":{}}']))).toBe(false)
    expect(await isExportedLog(new Blob(['[{"format":"spinout-log-1"}]']))).toBe(false)
  })
})

describe('an exported log', () => {
  it('is sent in parts that hold each race and each entry once, the races first', () => {
    type Part = { format: string; driverId: number; races: { id: number }[]; journal: { id: number }[] }
    const parts = partsOfLog(log(1_200, 150)).map((part) => JSON.parse(part) as Part)
    expect(parts.map(({ races, journal }) => [races.length, journal.length])).toEqual([
      [500, 0],
      [500, 0],
      [200, 0],
      [0, 100],
      [0, 50],
    ])
    expect(parts.flatMap(({ races }) => races.map(({ id }) => id))).toEqual([...Array(1_200).keys()])
    expect(parts.every(({ format, driverId }) => format === 'spinout-log-1' && driverId === 7)).toBe(true)
  })

  it('is new as far as its parts are', () => {
    const part = { racesImported: 2, racesKnown: 1, entriesImported: 0, entriesKnown: 3 }
    expect(sumOf([part, part])).toEqual({
      racesImported: 4,
      racesKnown: 2,
      entriesImported: 0,
      entriesKnown: 6,
    })
    expect(sumOf([])).toEqual({ racesImported: 0, racesKnown: 0, entriesImported: 0, entriesKnown: 0 })
  })
})
