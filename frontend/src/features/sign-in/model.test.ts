import { describe, expect, it } from 'vitest'

import { ApiProblem } from '@/shared/api/problem'

import { failureOfProblem, failureOfRedirect } from './model'

describe('a failed sign-in', () => {
  it('is told apart by whose doing it was', () => {
    expect(failureOfRedirect('access_denied')).toBe('denied')
    expect(failureOfRedirect('temporarily_unavailable')).toBe('iracingDown')
    expect(failureOfProblem(new ApiProblem(400))).toBe('expired')
    expect(failureOfProblem(new ApiProblem(403))).toBe('notAllowed')
    expect(failureOfProblem(new ApiProblem(502))).toBe('iracingDown')
    expect(failureOfProblem(new ApiProblem(0))).toBe('network')
    expect(failureOfProblem(new Error('?'))).toBe('unknown')
  })
})
