import { describe, expect, it } from 'vitest'

import { answered, ApiProblem, retryAfter } from './problem'

describe('an answer', () => {
  it('is its body when the server agrees', async () => {
    const response = new Response(null, { status: 200 })
    expect(await answered(Promise.resolve({ data: 7, response }))).toBe(7)
  })

  it('is a problem with its parts when the server refuses', async () => {
    const response = new Response(null, { status: 429, headers: { 'Retry-After': '90' } })
    const error = {
      title: 'cooling down',
      correlationId: 'c',
      errors: [{ field: 'x', code: 'cooling_down' }],
    }
    const refused = answered(Promise.resolve({ error, response }))
    await expect(refused).rejects.toMatchObject({
      status: 429,
      code: 'cooling_down',
      correlationId: 'c',
      retryAfterSeconds: 90,
      passing: true,
    })
  })

  it('is a problem of status 0 when there is none', async () => {
    await expect(answered(Promise.reject(new TypeError('failed')))).rejects.toMatchObject({ status: 0 })
  })

  it('may name its code as the last part of its type', () => {
    expect(new ApiProblem(422, { type: 'https://spinout.example/problems/unreadable' }).code).toBe(
      'unreadable',
    )
    expect(new ApiProblem(500, { type: 'about:blank' }).code).toBeNull()
  })
})

describe('Retry-After', () => {
  it('is read in both of its forms', () => {
    const now = Date.parse('2026-03-01T10:00:00Z')
    expect(retryAfter('120', now)).toBe(120)
    expect(retryAfter('Sun, 01 Mar 2026 10:00:30 GMT', now)).toBe(30)
    expect(retryAfter('soon', now)).toBeNull()
    expect(retryAfter(null, now)).toBeNull()
  })
})
