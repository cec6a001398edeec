import { describe, expect, it } from 'vitest'

import type { Run } from '@/shared/api/types'

import { asksForSignIn, blockedUntil, isActive, progressOf, withRun } from './model'

function aRun(changes: Partial<Run> = {}): Run {
  return {
    runId: 'a',
    status: 'running',
    reason: null,
    finishedAt: null,
    searchedBackTo: null,
    secondsLeft: null,
    retryAt: null,
    startedAt: '2026-03-01T10:00:00Z',
    updatedAt: '2026-03-01T10:01:00Z',
    from: '2020-01-01T00:00:00Z',
    to: '2026-03-01T10:00:00Z',
    racesFound: 0,
    racesDone: 0,
    racesKnown: 0,
    racesFailed: 0,
    windowsDone: 0,
    windowsTotal: 10,
    failures: [],
    ...changes,
  }
}

describe('progress', () => {
  it('is not known before anything is found', () => {
    expect(progressOf(aRun()).share).toBeNull()
  })

  it('counts what is dealt with, however it ended', () => {
    const run = aRun({ racesFound: 40, racesDone: 10, racesKnown: 5, racesFailed: 5 })
    expect(progressOf(run)).toEqual({ dealtWith: 20, share: 0.05 })
  })

  it('reaches the end when all windows are searched', () => {
    expect(progressOf(aRun({ racesFound: 40, racesDone: 40, windowsDone: 10 })).share).toBe(1)
    expect(progressOf(aRun({ status: 'finished' })).share).toBe(1)
  })

  it('moves over windows without races', () => {
    expect(progressOf(aRun({ windowsDone: 4 })).share).toBe(0.5)
  })
})

describe('runs', () => {
  it('are active until they are over', () => {
    const states = (['queued', 'running', 'waiting', 'finished', 'failed', 'signInRequired'] as const).map(
      (status) => isActive(aRun({ status })),
    )
    expect(states).toEqual([true, true, true, false, false, false])
    expect(isActive(undefined)).toBe(false)
  })

  it('take what is pushed, newest run first', () => {
    const next = aRun({ runId: 'b', startedAt: '2026-03-02T10:00:00Z' })
    expect(withRun([aRun()], next).map(({ runId }) => runId)).toEqual(['b', 'a'])
  })

  it('never go back in time', () => {
    const known = aRun({ racesDone: 9, updatedAt: '2026-03-01T10:05:00Z' })
    expect(withRun([known], aRun({ racesDone: 3 }))).toEqual([known])
    expect(withRun([aRun()], known)).toEqual([known])
  })
})

describe('a run that iRacing has shut out', () => {
  const run = aRun({ status: 'signInRequired', updatedAt: '2026-03-01T10:01:00Z' })

  it('asks for a sign-in, until there has been one', () => {
    expect(asksForSignIn(run, { lastLogin: '2026-03-01T09:00:00Z' })).toBe(true)
    expect(asksForSignIn(run, { lastLogin: '2026-03-01T10:02:00Z' })).toBe(false)
    expect(asksForSignIn(aRun(), null)).toBe(false)
  })
})

describe('the cool-down', () => {
  const now = Date.parse('2026-03-01T10:00:00Z')

  it('ends with the later of what is known', () => {
    expect(blockedUntil(now, '2026-03-01T10:01:00Z', now + 90_000, null)).toBe(now + 90_000)
  })

  it('is over when its moment has passed', () => {
    expect(blockedUntil(now, '2026-03-01T09:59:00Z', undefined)).toBeNull()
  })
})
