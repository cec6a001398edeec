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
    const parts = [...partsOfLog(log(1_200, 150))].map((part) => JSON.parse(part) as Part)
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

  it('is sent with its sessions, as many at once as the server takes', () => {
    const session = (id: number, letters: number) => ({ id, laps: 'x'.repeat(letters) })
    const sessions = [session(1, 1_000_000), session(2, 1_000_000), session(3, 3_000_000), session(4, 10)]
    const file = JSON.stringify({ format: 'spinout-log-1', races: [], journal: [], sessions })
    const parts = [...partsOfLog(file)].map((part) => JSON.parse(part) as { sessions: { id: number }[] })
    expect(parts.map(({ sessions }) => sessions.map(({ id }) => id))).toEqual([[1, 2], [3], [4]])
    expect(parts[0]).toMatchObject({ format: 'spinout-log-1', races: [], journal: [] })
  })

  it('is sent with what its races were before, behind the races', () => {
    const file = JSON.stringify({
      format: 'spinout-log-1',
      journal: [],
      earlierResults: [{ id: 1 }],
      races: [{ id: 2 }],
    })
    const parts = [...partsOfLog(file)].map((part) => JSON.parse(part) as object)
    expect(parts).toMatchObject([{ races: [{ id: 2 }] }, { races: [], earlierResults: [{ id: 1 }] }])
  })

  it('is new as far as its parts are', () => {
    const part = {
      racesImported: 2,
      racesKnown: 1,
      entriesImported: 0,
      entriesKnown: 3,
      sessionsImported: 5,
      sessionsKnown: 0,
    }
    expect(sumOf([part, part])).toEqual({
      racesImported: 4,
      racesKnown: 2,
      entriesImported: 0,
      entriesKnown: 6,
      sessionsImported: 10,
      sessionsKnown: 0,
    })
    expect(sumOf([]).sessionsImported).toBe(0)
  })
})
