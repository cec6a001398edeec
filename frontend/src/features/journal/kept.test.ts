import { flushPromises } from '@vue/test-utils'
import { QueryClient } from '@tanstack/vue-query'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Router } from 'vue-router'

import { api } from '@/shared/api/client'
import type { Driver, JournalItem } from '@/shared/api/types'
import { useSession } from '@/shared/session/session'

import { among, keepJournal } from './kept'

describe('a journal that is kept for later', () => {
  /** The cursors that were asked for. */
  let asked: (string | null)[] = []
  const router = (name: string) => {
    let shown = () => {}
    const page = { currentRoute: { value: { name } }, afterEach: (hook: () => void) => (shown = hook) }
    return {
      page: page as unknown as Router,
      go: (to: string) => {
        page.currentRoute.value.name = to
        shown()
      },
    }
  }
  const client = () => new QueryClient({ defaultOptions: { queries: { networkMode: 'offlineFirst' } } })
  const seconds = async (count: number) => {
    await vi.advanceTimersByTimeAsync(count * 1000)
    await flushPromises()
  }

  beforeEach(() => {
    vi.useFakeTimers()
    setActivePinia(createPinia())
    useSession().$patch({ state: 'signedIn', driver: { driverId: 1 } as Driver })
    asked = []
    vi.spyOn(api, 'GET').mockImplementation((async (
      _path: string,
      { params }: { params: { query: { cursor?: string } } },
    ) => {
      const { cursor = null } = params.query
      asked.push(cursor)
      return { data: { items: [], nextCursor: cursor ? null : 'older' }, response: new Response() }
    }) as never)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('is asked for page by page when the log is shown and at rest, and again once something was written', async () => {
    const queries = client()
    const { page, go } = router('race')
    keepJournal(queries, page)
    await seconds(5)
    expect(asked).toEqual([])
    let arrive: (races: unknown) => void = () => {}
    void queries.fetchQuery({ queryKey: ['races'], queryFn: () => new Promise((over) => (arrive = over)) })
    go('race-log')
    await seconds(5)
    expect(asked).toEqual([])
    arrive({})
    await seconds(1)
    expect(asked).toEqual([null, 'older'])
    go('race')
    go('race-log')
    await seconds(5)
    expect(asked).toHaveLength(2)
    await queries.invalidateQueries({ queryKey: ['journal', 1] })
    go('race-log')
    await seconds(5)
    expect(asked).toEqual([null, 'older', null, 'older'])
  })

  it('is not asked for on a connection that is to be spared', async () => {
    vi.stubGlobal('navigator', { connection: { saveData: true } })
    keepJournal(client(), router('race-log').page)
    await seconds(5)
    expect(asked).toEqual([])
  })
})

describe('what is found in a kept journal', () => {
  const item = (notes: string, tags: string[]) => ({ entry: { notes, tags } }) as JournalItem
  const items = [item('Braked late', ['Rain', 'sentiment:bad']), item('Spun', ['sentiment:good'])]
  const found = (search: string, tag = '', sentiment: 'good' | 'bad' | '' = '') =>
    among(items, search, { tag, sentiment }).map(({ entry }) => entry.notes)

  it('holds all words in notes or tags, the tag and the sentiment', () => {
    expect(found('')).toEqual(['Braked late', 'Spun'])
    expect(found('LATE rain')).toEqual(['Braked late'])
    expect(found('', 'rain')).toEqual(['Braked late'])
    expect(found('', 'rai')).toEqual([])
    expect(found('', '', 'good')).toEqual(['Spun'])
    expect(found('late', '', 'good')).toEqual([])
  })
})
