import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { api, authorizedFetch } from '@/shared/api/client'
import type { Driver } from '@/shared/api/types'
import { keepAnswer, rememberedDriver } from '@/shared/offline/answers'

import { useSession } from './session'

vi.mock('@/shared/offline/answers', () => ({
  rememberDriver: async () => {},
  rememberedDriver: vi.fn(async () => null),
  forgetAnswers: async () => {},
  keepAnswer: vi.fn(async () => {}),
}))

const DRIVER = { driverId: 1, driverName: 'Ada' }
const OTHER = { driverId: 2, driverName: 'Grace' }
let issued = 0
let refreshes = 0
let refresh: () => Response | Promise<Response>

function session(driver = DRIVER): Response {
  issued += 1
  const expiresAt = new Date(Date.now() + 15 * 60_000).toISOString()
  return Response.json({ accessToken: `token-${issued}`, expiresAt, driver })
}

/** A server that knows only the newest token. */
async function server(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname.endsWith('/auth/refresh')) {
    refreshes += 1
    return refresh()
  }
  if (pathname.endsWith('/auth/logout')) return new Response(null, { status: 204 })
  const valid = request.headers.get('Authorization') === `Bearer token-${issued}`
  return valid ? Response.json({ body: await request.text() }) : new Response(null, { status: 401 })
}

function call(body?: string): Promise<Response> {
  return authorizedFetch(new Request('http://localhost/api/things', { method: body ? 'POST' : 'GET', body }))
}

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-01T10:00:00Z') })
  setActivePinia(createPinia())
  vi.stubGlobal('BroadcastChannel', undefined)
  vi.spyOn(globalThis, 'fetch').mockImplementation((request) => server(request as Request))
  issued = 0
  refreshes = 0
  refresh = session
  vi.mocked(rememberedDriver).mockResolvedValue(null)
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function settled<Result>(promise: Promise<Result>): Promise<Result> {
  await vi.advanceTimersByTimeAsync(10)
  return promise
}

describe('a session', () => {
  it('starts from the cookie', async () => {
    const store = useSession()
    await settled(store.start())
    expect(store.state).toBe('signedIn')
    expect(store.driver).toEqual(DRIVER)
  })

  it('is nobody’s when the server says so', async () => {
    refresh = () => new Response(null, { status: 401 })
    const store = useSession()
    await settled(store.start())
    expect(store.state).toBe('signedOut')
  })

  it('is nobody’s when the browser has no cookie', async () => {
    refresh = () => new Response(null, { status: 204 })
    const store = useSession()
    await settled(store.start())
    expect(store.state).toBe('signedOut')
  })

  it('is renewed before its token ends', async () => {
    const store = useSession()
    await settled(store.start())
    await vi.advanceTimersByTimeAsync(14 * 60_000 + 1_000)
    expect(refreshes).toBe(2)
    expect(store.token).toBe('token-2')
  })

  it('shares one renewal among twenty requests whose token is refused', async () => {
    const store = useSession()
    await settled(store.start())
    issued = 41
    const answers = await settled(Promise.all(Array.from({ length: 20 }, () => call())))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(refreshes).toBe(2)
  })

  it('sends a request’s body again after the renewal', async () => {
    await settled(useSession().start())
    issued = 41
    const answer = await settled(call('{"lap":1}'))
    expect(await answer.json()).toEqual({ body: '{"lap":1}' })
  })

  it('survives a line that is down', async () => {
    const store = useSession()
    await settled(store.start())
    refresh = () => Promise.reject(new TypeError('network'))
    expect(await settled(store.renew())).toBe('unreachable')
    expect(store.state).toBe('signedIn')
    expect(store.driver).toEqual(DRIVER)

    refresh = session
    await vi.advanceTimersByTimeAsync(10_000)
    expect(store.token).toBe('token-2')
  })

  it('survives a server that is being restarted', async () => {
    const store = useSession()
    await settled(store.start())
    refresh = () => new Response(null, { status: 503 })
    expect(await settled(store.renew())).toBe('unreachable')
    expect(store.state).toBe('signedIn')
  })

  it('is unreachable, not signed out, when the first question gets no answer, and recovers by itself', async () => {
    refresh = () => Promise.reject(new TypeError('network'))
    const store = useSession()
    await settled(store.start())
    expect(store.state).toBe('unreachable')
    refresh = session
    await vi.advanceTimersByTimeAsync(6_000)
    expect(store.state).toBe('signedIn')
  })

  it('does not keep waiting whom it knows while the line hangs, and recovers by itself', async () => {
    vi.mocked(rememberedDriver).mockResolvedValue(DRIVER as Driver)
    let answer: (response: Response) => void = () => {}
    refresh = () => new Promise((over) => (answer = over))
    const store = useSession()
    const started = store.start()
    await vi.advanceTimersByTimeAsync(3_000)
    expect(store.state).toBe('starting')
    await vi.advanceTimersByTimeAsync(1_500)
    await started
    expect(store).toMatchObject({ state: 'unreachable', driver: DRIVER, active: true })
    const failed = expect(call()).rejects.toThrow('cannot be reached')
    await settled(failed)
    await settled(store.start())
    expect(refreshes).toBe(1)
    answer(session())
    await vi.advanceTimersByTimeAsync(10)
    expect(store.state).toBe('signedIn')
  })

  it('waits for the answer if it knows nobody', async () => {
    let answer: (response: Response) => void = () => {}
    refresh = () => new Promise((over) => (answer = over))
    const started = useSession().start()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(useSession().state).toBe('starting')
    answer(session())
    await settled(started)
    expect(useSession().state).toBe('signedIn')
  })

  it('keeps the driver’s page when it ends elsewhere', async () => {
    const store = useSession()
    await settled(store.start())
    issued = 41
    refresh = () => new Response(null, { status: 401 })
    const answer = await settled(call())
    expect(answer.status).toBe(401)
    expect(store.state).toBe('ended')
    expect(store.driver).toEqual(DRIVER)
    expect(store.token).toBeNull()
  })

  it('of somebody else who signed in elsewhere never becomes this page’s', async () => {
    const store = useSession()
    await settled(store.start())
    issued = 41
    refresh = () => session(OTHER)
    const answers = [await settled(call('{"lap":1}')), await settled(call('{"lap":2}'))]
    expect(answers.map(({ status }) => status)).toEqual([401, 401])
    expect(store).toMatchObject({ state: 'ended', driver: DRIVER, token: null })
  })

  it('of the next driver sends nothing of the one before', async () => {
    const store = useSession()
    await settled(store.start())
    issued = 41
    let answer: (response: Response) => void = () => {}
    refresh = () => new Promise((over) => (answer = over))
    const called = call('{"lap":1}')
    await vi.advanceTimersByTimeAsync(10)
    await settled(store.signOut())
    answer(session(OTHER))
    expect((await settled(called)).status).toBe(401)
    expect(store).toMatchObject({ state: 'signedIn', driver: OTHER })
  })

  it('has its answers kept, but none that comes after its end', async () => {
    const store = useSession()
    await settled(store.start())
    const keeping = () =>
      vi.mocked(keepAnswer).mock.calls.map(([url, , , wanted]) => [new URL(url).pathname, wanted()])
    await settled(api.GET('/tracks'))
    expect(keeping()).toEqual([['/api/tracks', true]])
    const late = api.GET('/cars')
    refresh = () => new Response(null, { status: 401 })
    await settled(store.signOut())
    await settled(late)
    await settled(api.GET('/series'))
    expect(keeping().filter(([, wanted]) => wanted)).toEqual([])
    refresh = () => session(OTHER)
    await settled(store.renew())
    expect(store.driver).toEqual(OTHER)
    expect(keeping().filter(([, wanted]) => wanted)).toEqual([])
  })

  it('does not trust a clock that is wrong', async () => {
    refresh = () => {
      issued += 1
      return Response.json({ accessToken: 'token-1', expiresAt: '2026-03-01T09:00:00Z', driver: DRIVER })
    }
    const store = useSession()
    await settled(store.start())
    await settled(Promise.all([call(), call(), call()]))
    expect(refreshes).toBe(1)
  })

  it('is forgotten on sign-out', async () => {
    const store = useSession()
    await settled(store.start())
    await settled(store.signOut())
    expect(store.state).toBe('signedOut')
    expect(store.driver).toBeNull()
    expect(store.token).toBeNull()
  })

  it('leaves nothing in the browser’s storage', async () => {
    await settled(useSession().start())
    expect(localStorage.length + sessionStorage.length).toBe(0)
  })
})

describe('several tabs', () => {
  class Channel extends EventTarget {
    static all: Channel[] = []
    constructor() {
      super()
      Channel.all.push(this)
    }
    postMessage(data: unknown): void {
      for (const other of Channel.all) {
        if (other !== this) other.dispatchEvent(new MessageEvent('message', { data }))
      }
    }
  }

  function twoTabs() {
    Channel.all = []
    vi.stubGlobal('BroadcastChannel', Channel)
    let turn: Promise<unknown> = Promise.resolve()
    vi.stubGlobal('navigator', {
      locks: {
        request: (_: string, task: () => Promise<unknown>) => {
          turn = turn.then(task, task)
          return turn
        },
      },
    })
    const first = useSession(createPinia())
    const second = useSession(createPinia())
    return [first, second] as const
  }

  it('take turns, and the second one takes what the first one got', async () => {
    const [first, second] = twoTabs()
    await vi.advanceTimersByTimeAsync(1)
    const both = Promise.all([first.start(), second.start()])
    await vi.advanceTimersByTimeAsync(50)
    await both
    expect(refreshes).toBe(1)
    expect([first.token, second.token]).toEqual(['token-1', 'token-1'])
  })

  it('sign out together', async () => {
    const [first, second] = twoTabs()
    const both = Promise.all([first.start(), second.start()])
    await vi.advanceTimersByTimeAsync(50)
    await both
    await settled(first.signOut())
    expect(second.state).toBe('signedOut')
  })
})
