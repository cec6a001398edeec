import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import { describe, expect, it } from 'vitest'

import { gapsOf, tracesOf, type Trace } from '@/features/race/charts/model'
import { resultsOf } from '@/features/race/model'
import { estimatesOf, ratedClass, type Rated } from '@/features/race/rating/rating'
import type { LapColumns, Session } from '@/shared/api/types'

/** A row of iRacing's lap chart. */
interface ChartRow {
  group_id: number
  lap_number: number
  /** From 1; 0 did not start. */
  lap_position: number
  session_time: number
  /** Behind the leader, negative: milliseconds, or laps. */
  interval: number | null
  interval_units: string | null
}

/** Holds what the charts draw of a race against the rows of iRacing's lap chart, by other means than the charts' own. */
function expectCharted(session: Session, laps: readonly LapColumns[], chart: readonly ChartRow[]): Trace[] {
  const rows = resultsOf(session, 0)
  const driven = new Map<string, ChartRow[]>()
  for (const row of chart.filter(({ lap_number }) => lap_number > 0)) {
    const entrantId = `driver:${row.group_id}`
    driven.set(entrantId, [...(driven.get(entrantId) ?? []), row])
  }
  const traces = tracesOf(rows, laps)
  const withLaps = rows.filter(({ lapsComplete }) => lapsComplete > 0)
  expect(traces.map(({ row }) => row.entrantId)).toEqual(withLaps.map(({ entrantId }) => entrantId))

  const times = (of: readonly Trace[], lap: number) =>
    of.flatMap(({ row }) => {
      const found = driven.get(row.entrantId)!.find(({ lap_number }) => lap_number === lap)
      return found ? [found.session_time] : []
    })
  const toLeader = gapsOf(traces, 'leader')
  const toClassLeader = gapsOf(traces, 'classLeader')
  const winner = traces[0]!
  const toWinner = gapsOf(traces, winner.row.entrantId)
  let compared = 0
  traces.forEach((trace, index) => {
    const own = driven.get(trace.row.entrantId)!
    const result = withLaps[index]!
    expect(trace.lastLap).toBe(result.lapsComplete)
    expect(own).toHaveLength(result.lapsComplete)
    expect(trace.position[0]).toBe(result.startPosition)
    expect(trace.positionInClass[0]).toBe(result.startPositionInClass)
    const rivals = traces.filter(({ row }) => row.carClassId === trace.row.carClassId)
    for (const { lap_number: lap, lap_position, session_time: time, interval, interval_units } of own) {
      expect(trace.position[lap]).toBe(lap_position)
      const ahead = rivals.filter(({ row }) =>
        driven
          .get(row.entrantId)!
          .some((other) => other.lap_number === lap && other.lap_position < lap_position),
      )
      expect(trace.positionInClass[lap]).toBe(ahead.length + 1)
      expect(toLeader[index]!.time[lap]).toBe(time - Math.min(...times(traces, lap)))
      expect(toClassLeader[index]!.time[lap]).toBe(time - Math.min(...times(rivals, lap)))
      // As many laps down as the first of all has finished beyond this one by then.
      let down = 0
      while (Math.min(...times(traces, lap + down + 1)) <= time) down++
      expect(toLeader[index]!.laps[lap]).toBe(down)
      if (interval_units !== 'ms') continue
      // iRacing cuts its own off to milliseconds.
      expect(Math.abs(toLeader[index]!.time[lap]! + interval! * 10)).toBeLessThanOrEqual(10)
      compared++
    }
    // Who is not a lap down is as far behind as the result says.
    if (result.distance.kind === 'time')
      expect(toWinner[index]!.time[trace.lastLap]).toBe(result.distance.ticks)
  })
  expect(compared).toBeGreaterThan(200)
  return traces
}

describe('a race of three classes, as our API answers it', () => {
  const file = JSON.parse(readFileSync('tests/fixtures/multi-class-race.json', 'utf8')) as {
    session: Session
    laps: LapColumns[]
    recovered: Record<string, { lap: number; lapTime: number }[]>
    iracing: { group_id: number; rows: [number, number, number, number | null, string?][] }[]
    whatIf: { carClassId: number; order: string[]; changes: number[] }[]
  }
  const { session, laps } = file
  const chart = file.iracing.flatMap(({ group_id, rows }) =>
    rows.map(([lap_number, lap_position, session_time, interval, interval_units = 'ms']): ChartRow => ({
      group_id,
      lap_number,
      lap_position,
      session_time,
      interval,
      interval_units: interval === null ? null : interval_units,
    })),
  )

  it('is charted as iRacing has it', () => {
    expectCharted(session, laps, chart)
  })

  it('has the times recovered that the server recovers', () => {
    for (const { row, recovered, lapTime } of tracesOf(resultsOf(session, 0), laps)) {
      const own = lapTime.flatMap((time, lap) => (recovered[lap] ? [{ lap, lapTime: time }] : []))
      expect(own).toEqual(file.recovered[row.entrantId] ?? [])
    }
  })

  it('has the changes of rating that the server computes, for any order', () => {
    expect(file.whatIf).toHaveLength(9)
    for (const { carClassId, order, changes } of file.whatIf) {
      const members = ratedClass(session, carClassId, 0) as Rated[]
      const supposed = order.map((id) => members.find(({ entrantId }) => entrantId === id)!)
      const computed = estimatesOf(supposed).map(({ change }) => change)
      computed.forEach((change, place) => expect(change).toBeCloseTo(changes[place]!, 2))
    }
  })
})

/** The folder of answers that the real API gave, from the repository's root; they are not part of it. */
const named = process.env.IRACING_RECORDED
const folder = named ? resolve('..', named, 'results') : null

describe.skipIf(folder === null)('a race that iRacing recorded', () => {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as iRacing has it
  const recorded = (path: string): any => {
    const body: unknown = JSON.parse(readFileSync(resolve(folder!, path), 'utf8').replace(/^\uFEFF/, ''))
    const content = (body as { content?: unknown }).content ?? body
    return typeof content === 'string' ? JSON.parse(content) : content
  }
  const none = (value: number) => (value === -1 ? null : value)
  const place = (value: number) => (value === -1 ? null : value + 1)
  /** As our API would answer it, as far as charts and rating read it. */
  function sessionOf(path: string): Session {
    const body = recorded(path)
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as iRacing has it
    const race = body.session_results.find((part: any) => part.simsession_number === 0)
    return {
      kind: body.official_session ? 'official' : 'unofficial',
      team: body.driver_changes,
      heat: body.heat_info_id > 0,
      callerEntrantId: null,
      simsessions: [{ number: 0, type: 'race' }],
      // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as iRacing has it
      carClasses: body.car_classes.map((one: any) => ({
        carClassId: one.car_class_id,
        shortName: one.short_name,
      })),
      // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as iRacing has it
      entrants: race.results.map((row: any) => ({
        entrantId: `driver:${row.cust_id}`,
        name: row.display_name,
        carNumber: row.livery.car_number,
        carClassId: row.car_class_id,
        ai: false,
        drivers: [],
        results: [
          {
            simsession: 0,
            position: place(row.finish_position),
            positionInClass: place(row.finish_position_in_class),
            startPosition: place(row.starting_position),
            startPositionInClass: place(row.starting_position_in_class),
            lapsComplete: row.laps_complete,
            interval: none(row.interval),
            classInterval: none(row.class_interval),
            reasonOut: row.reason_out,
            oldIrating: none(row.oldi_rating),
            newIrating: none(row.newi_rating),
          },
        ],
      })),
    } as unknown as Session
  }

  it('is charted as iRacing has it', () => {
    const chart = recorded('lap_chart_data/jasondilworth-82263872-sim0.json') as (ChartRow & {
      lap_time: number
      flags: number
      incident: boolean
    })[]
    const laps = [...new Set(chart.map(({ group_id }) => group_id))].map((group): LapColumns => {
      const own = chart.filter(({ group_id }) => group_id === group)
      return {
        entrantId: `driver:${group}`,
        lap: own.map(({ lap_number }) => lap_number),
        sessionTime: own.map(({ session_time }) => none(session_time)),
        lapTime: own.map(({ lap_time }) => none(lap_time)),
        position: own.map(({ lap_position }) => lap_position || null),
        flags: own.map(({ flags }) => flags),
        incident: own.map(({ incident }) => Number(incident)),
        driver: null,
      }
    })
    expect(laps).toHaveLength(30)
    const traces = expectCharted(sessionOf('get/jasondilworth-82263872-race.json'), laps, chart)
    // All but the two tows, where the clock jumps.
    expect(traces.flatMap(({ recovered }) => recovered.filter(Boolean))).toHaveLength(6)
  })

  it('has the changes of rating that iRacing made, within two points', () => {
    let rated = 0
    for (const path of [
      'get/jasondilworth-82263872-race.json',
      'get/aydsko-GetSubSessionResultSuccessful-2.json',
    ]) {
      const session = sessionOf(path)
      for (const { carClassId } of session.carClasses) {
        const members = ratedClass(session, carClassId, 0) as Rated[]
        estimatesOf(members).forEach(({ change }, index) => {
          expect(Math.abs(change - members[index]!.actual!)).toBeLessThanOrEqual(2)
          rated++
        })
      }
    }
    expect(rated).toBe(49)
  })
})
