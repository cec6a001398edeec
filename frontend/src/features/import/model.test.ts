import { describe, expect, it } from 'vitest'

import { ApiProblem } from '@/shared/api/problem'

import { stateOfProblem, tallyOf, type FileState } from './model'

describe('what a refusal means for a file', () => {
  it('is told by the server’s code', () => {
    const entrants = [{ driverId: 7, name: 'Seven' }]
    expect(stateOfProblem(new ApiProblem(422, { code: 'driver_not_in_result', entrants }))).toEqual({
      kind: 'notInRace',
      entrants,
    })
    expect(stateOfProblem(new ApiProblem(422, { code: 'unreadable', detail: 'no results' }))).toEqual({
      kind: 'unreadable',
      reason: 'no results',
    })
    expect(stateOfProblem(new ApiProblem(413))).toEqual({ kind: 'tooLarge' })
    const errors = [{ field: 'journal[3].notes', code: 'too_long' }]
    expect(stateOfProblem(new ApiProblem(400, { code: 'invalid_input', errors }))).toEqual({
      kind: 'faulty',
      fields: ['journal[3].notes'],
    })
  })

  it('is not the file’s fault when the server or the line fails', () => {
    expect(stateOfProblem(new ApiProblem(0))).toEqual({ kind: 'failed', status: 0 })
    expect(stateOfProblem(new ApiProblem(503))).toEqual({ kind: 'failed', status: 503 })
  })
})

describe('the tally', () => {
  it('counts what is settled by its outcome', () => {
    const states = ['imported', 'imported', 'duplicate', 'tooLarge', 'waiting'] as const
    const files = states.map((kind, id) => ({ id, name: 'f', size: 1, state: { kind } as FileState }))
    expect(tallyOf(files)).toEqual({ total: 5, settled: 4, imported: 2, duplicates: 1, others: 1 })
  })
})
