import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiProblem } from '@/shared/api/problem'

import { patiently } from './patiently'

describe('more files than the server takes at once', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
  afterEach(() => void vi.useRealTimers())

  it('are sent when it takes more', async () => {
    const send = vi
      .fn()
      .mockRejectedValueOnce(new ApiProblem(429, {}, 240))
      .mockResolvedValueOnce('imported')
    const pauses: (number | null)[] = []
    const sent = patiently(send, (until) => pauses.push(until), new AbortController().signal)
    await vi.advanceTimersByTimeAsync(239_000)
    expect(send).toHaveBeenCalledTimes(1)
    expect(pauses).toEqual([1_240_000])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await sent).toBe('imported')
    expect(pauses).toEqual([1_240_000, null])
  })

  it('do not hide what else is wrong', async () => {
    const refused = new ApiProblem(422, { code: 'no_race' })
    const send = vi.fn().mockRejectedValue(refused)
    const { signal } = new AbortController()
    await expect(patiently(send, () => undefined, signal)).rejects.toBe(refused)
    expect(send).toHaveBeenCalledTimes(1)
  })

  it('are not sent any more once nobody wants it, and do not wait to say so', async () => {
    const send = vi.fn().mockRejectedValue(new ApiProblem(429, {}, 240))
    const stop = new AbortController()
    const pauses: (number | null)[] = []
    const stopped = expect(patiently(send, (until) => pauses.push(until), stop.signal)).rejects.toThrow()
    await vi.advanceTimersByTimeAsync(1_000)
    stop.abort()
    await stopped
    expect(send).toHaveBeenCalledTimes(1)
    expect(pauses).toEqual([1_240_000, null])
  })
})
