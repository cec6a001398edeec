import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { Driver } from '@/shared/api/types'

import type * as Answers from './answers'

/** The browser's storage of answers, by cache and address. */
class Storage {
  caches = new Map<string, Map<string, Response>>()

  async open(name: string) {
    const entries = this.caches.get(name) ?? new Map<string, Response>()
    this.caches.set(name, entries)
    return {
      put: async (url: string, response: Response) => {
        entries.delete(url)
        entries.set(url, response)
      },
      keys: async () => [...entries.keys()],
      delete: async (url: string) => entries.delete(url),
    }
  }

  async match(url: string, { cacheName }: { cacheName: string }) {
    return this.caches.get(cacheName)?.get(url)?.clone()
  }

  async delete(name: string) {
    return this.caches.delete(name)
  }
}

const ADA = { driverId: 1, driverName: 'Ada' } as Driver
const GRACE = { driverId: 2, driverName: 'Grace' } as Driver
const LOG = '/driver/1/races'
const url = (path: string) => `https://spinout.example/api${path}`

let storage: Storage
let answers: typeof Answers

beforeEach(async () => {
  storage = new Storage()
  vi.stubGlobal('caches', storage)
  vi.resetModules()
  answers = await import('./answers')
})

const keep = (path: string, text = '{}', signedIn = true) =>
  answers.keepAnswer(url(path), path, new Response(text), () => signedIn)

describe('answers that are kept for later', () => {
  it('are those of log, journal, races and lists, and no others', () => {
    const { placeOf } = answers
    for (const path of [
      LOG,
      '/driver/1/journal',
      '/driver/1/races/17-2/journal',
      '/tracks',
      '/ingestion/runs',
    ]) {
      expect(placeOf(path)?.cache, path).toBe('spinout-lists')
    }
    expect(placeOf('/session/7/laps')?.cache).toBe('spinout-sessions')
    for (const path of [
      '/auth/refresh',
      '/developer/iracing-token',
      '/openapi.json',
      '/driver/1/export',
      '/',
    ]) {
      expect(placeOf(path), path).toBeNull()
    }
  })

  it('come back as they were', async () => {
    await keep(LOG, '{"items":[]}')
    const kept = await answers.keptAnswer(url(LOG), LOG)
    expect(await kept!.json()).toEqual({ items: [] })
    expect(await answers.keptAnswer(url(`${LOG}?cursor=x`), LOG)).toBeUndefined()
  })

  it('make room for newer ones', async () => {
    for (let session = 0; session < 70; session += 1) await keep(`/session/${session}`)
    expect(await answers.keptAnswer(url('/session/9'), '/session/9')).toBeUndefined()
    expect(await answers.keptAnswer(url('/session/10'), '/session/10')).toBeDefined()
  })

  it('go with the driver who signs out, also one that is on its way', async () => {
    await answers.rememberDriver(ADA)
    await keep(LOG)
    await answers.forgetAnswers()
    await keep(LOG, '{}', false)
    expect([...storage.caches.keys()]).toEqual([])
    expect(await answers.rememberedDriver()).toBeNull()
  })

  it('that come late take nothing from the next driver', async () => {
    await answers.rememberDriver(GRACE)
    await keep('/driver/2/races')
    await keep(LOG, '{}', false)
    expect(await answers.keptAnswer(url(LOG), LOG)).toBeUndefined()
    expect(await answers.keptAnswer(url('/driver/2/races'), '/driver/2/races')).toBeDefined()
    expect(await answers.rememberedDriver()).toEqual(GRACE)
  })

  it('stay with the driver who comes back, and never meet another one', async () => {
    await answers.rememberDriver(ADA)
    await keep(LOG)
    await answers.rememberDriver(ADA)
    expect(await answers.keptAnswer(url(LOG), LOG)).toBeDefined()
    await answers.rememberDriver(GRACE)
    expect(await answers.keptAnswer(url(LOG), LOG)).toBeUndefined()
    expect(await answers.rememberedDriver()).toEqual(GRACE)
  })
})
