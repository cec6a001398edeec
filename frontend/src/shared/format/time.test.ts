import { describe, expect, it } from 'vitest'

import { calendarDay, countdown, duration, gap, lapTime, moment, roughly } from './time'

describe('lapTime', () => {
  it('shows minutes, seconds and thousandths of 1/10 000 s', () => {
    expect(lapTime(902_345)).toBe('1:30.234')
    expect(lapTime(95_000)).toBe('0:09.500')
    expect(lapTime(600_000)).toBe('1:00.000')
  })

  it('shows hours when there are any', () => {
    expect(lapTime(36_000_000 + 600_000)).toBe('1:01:00.000')
  })

  it('shows a dash where there is no time', () => {
    expect(lapTime(null)).toBe('–')
    expect(lapTime(-1)).toBe('–')
  })
})

describe('gap', () => {
  it('has a sign and no needless minutes', () => {
    expect(gap(5_120)).toBe('+0.512')
    expect(gap(-123_456)).toBe('−12.345')
    expect(gap(623_000)).toBe('+1:02.300')
    expect(gap(null)).toBe('–')
  })
})

describe('dates', () => {
  it('are in the zone that was asked for', () => {
    const evening = '2026-03-01T23:30:00Z'
    expect(calendarDay(evening, 'UTC')).toBe('2026-03-01')
    expect(calendarDay(evening, 'Asia/Tokyo')).toBe('2026-03-02')
    expect(moment(evening, 'day', 'en-US', 'America/Los_Angeles')).toBe('Mar 1, 2026')
  })
})

describe('durations', () => {
  it('are told in the unit that fits', () => {
    expect(roughly(12)).toEqual({ unit: 'seconds', count: 15 })
    expect(roughly(372)).toEqual({ unit: 'minutes', count: 6 })
    expect(roughly(8_000)).toEqual({ unit: 'hours', count: 2 })
  })

  it('are written with the signs of their units', () => {
    expect(duration(174_000, 1, 'en-US')).toBe('17.4\u00a0s')
    expect(duration(21_000, 1, 'de')).toBe('2,1\u00a0s')
    expect(duration(-1_250_000, 1, 'de')).toBe('2\u00a0min 5\u00a0s')
  })

  it('count down in minutes and seconds, never below nothing', () => {
    expect(countdown(245)).toBe('4:05')
    expect(countdown(-3)).toBe('0:00')
  })
})
