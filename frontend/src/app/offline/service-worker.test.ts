import { afterEach, beforeEach, expect, it, vi } from 'vitest'

// Of another world than the pages, so that it is not known to them by type.
const WORKER = './service-worker'

/** What the worker answers to the visit of a page. */
let visit: () => Promise<Response>

beforeEach(async () => {
  vi.useFakeTimers()
  vi.stubGlobal('caches', { match: async () => new Response('kept') })
  let answer: (event: object) => void = () => {}
  vi.stubGlobal('self', {
    location: { origin: 'https://spinout.example' },
    addEventListener: (name: string, listener: typeof answer) => name === 'fetch' && (answer = listener),
  })
  vi.resetModules()
  await import(WORKER)
  visit = () =>
    new Promise((respondWith) =>
      answer({
        request: { url: 'https://spinout.example/races', method: 'GET', mode: 'navigate' },
        respondWith,
      }),
    )
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** What a visit shows after three seconds. */
const seen = async (fetching: () => Promise<Response>) => {
  vi.stubGlobal('fetch', fetching)
  const shown = visit().then(
    (response) => response.text(),
    (cause: Error) => cause.message,
  )
  await vi.advanceTimersByTimeAsync(3_000)
  return shown
}

it('shows the newest page, and the kept one without a connection or while the line hangs', async () => {
  expect(await seen(async () => new Response('newest'))).toBe('newest')
  expect(await seen(() => Promise.reject(new TypeError('offline')))).toBe('kept')
  expect(await seen(() => new Promise(() => {}))).toBe('kept')
})

it('waits for the newest page, or fails with it, if none is kept', async () => {
  vi.stubGlobal('caches', { match: async () => undefined })
  expect(await seen(() => new Promise((over) => setTimeout(over, 2_900, new Response('newest'))))).toBe(
    'newest',
  )
  expect(await seen(() => Promise.reject(new TypeError('offline')))).toBe('offline')
})
