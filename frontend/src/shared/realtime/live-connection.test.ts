import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { webSocketUrl } from './connection'
import { LiveConnection, type LiveState } from './live-connection'
import { isPush, readFrame, type Push } from './messages'

class Socket {
  static all: Socket[] = []
  readyState = 0
  sent: { action: string; token?: string }[] = []
  closed = false
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null
  onerror: (() => void) | null = null

  constructor() {
    Socket.all.push(this)
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  close(): void {
    this.closed = true
  }
  async open(): Promise<void> {
    this.readyState = WebSocket.OPEN
    this.onopen?.()
    await vi.advanceTimersByTimeAsync(0)
  }
  async says(action: string, payload: object): Promise<void> {
    this.onmessage?.({ data: JSON.stringify({ action, payload }) })
    await vi.advanceTimersByTimeAsync(0)
  }
  fail(): void {
    this.onclose?.()
  }
}

let token: string | null
let states: LiveState[]
let opened: number
let pushes: Push[]
let live: LiveConnection
const renew = vi.fn()

function last(): Socket {
  return Socket.all.at(-1)!
}

async function connected(): Promise<Socket> {
  await last().open()
  await last().says('authResponse', { success: true, connectionId: 'c' })
  return last()
}

beforeEach(() => {
  vi.useFakeTimers()
  Socket.all = []
  token = 'token-1'
  states = []
  opened = 0
  pushes = []
  renew.mockReset().mockImplementation(async () => {
    token = 'token-2'
    return 'renewed'
  })
  live = new LiveConnection({
    url: 'ws://localhost/ws',
    token: async () => token,
    renew,
    onState: (state) => states.push(state),
    onOpen: () => (opened += 1),
    onPush: (push) => pushes.push(push),
    openSocket: () => new Socket() as unknown as WebSocket,
    random: () => 1,
  })
  live.start()
})

afterEach(() => {
  live.stop()
  vi.useRealTimers()
})

describe('a live connection', () => {
  it('is open once the server has accepted the token', async () => {
    const socket = last()
    await socket.open()
    expect(socket.sent).toEqual([{ action: 'auth', token: 'token-1' }])
    expect(states).toEqual(['connecting'])
    await socket.says('authResponse', { success: true })
    expect(states).toEqual(['connecting', 'open'])
    expect(opened).toBe(1)
  })

  it('passes on what is pushed', async () => {
    const socket = await connected()
    await socket.says('racesReady', { raceIds: ['1-2'] })
    await socket.says('error', { message: 'unknown' })
    expect(pushes).toMatchObject([{ action: 'racesReady', payload: { raceIds: ['1-2'] } }])
  })

  it('pings, and stays while it is answered', async () => {
    const socket = await connected()
    for (let round = 0; round < 3; round++) {
      await vi.advanceTimersByTimeAsync(30_000)
      await socket.says('pong', { success: true })
    }
    expect(socket.sent.filter(({ action }) => action === 'pingRequest')).toHaveLength(3)
    expect(Socket.all).toHaveLength(1)
  })

  it('gives up a silent line and comes back', async () => {
    const silent = await connected()
    await vi.advanceTimersByTimeAsync(30_000 + 10_000)
    expect(silent.closed).toBe(true)
    expect(states.at(-1)).toBe('waiting')
    await vi.advanceTimersByTimeAsync(1_000)
    await connected()
    expect(states.at(-1)).toBe('open')
    expect(opened).toBe(2)
  })

  it('waits longer each time, up to half a minute, and starts over after a success', async () => {
    const pauses: number[] = []
    for (let round = 0; round < 7; round++) {
      last().fail()
      const before = Date.now()
      const sockets = Socket.all.length
      while (Socket.all.length === sockets) await vi.advanceTimersByTimeAsync(500)
      pauses.push(Date.now() - before)
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])

    await connected()
    last().fail()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(states.at(-1)).toBe('connecting')
  })

  it('comes back at once when the line does', () => {
    last().fail()
    live.hurry()
    expect(Socket.all).toHaveLength(2)
  })

  it('shows a renewed token on the open line', async () => {
    const socket = await connected()
    live.showToken('token-2')
    live.showToken('token-2')
    expect(socket.sent.map(({ token }) => token)).toEqual(['token-1', 'token-2'])
    expect(Socket.all).toHaveLength(1)
    await socket.says('authResponse', { success: true })
    expect(opened).toBe(1)
  })

  it('renews a refused token once, and then waits', async () => {
    const socket = last()
    await socket.open()
    await socket.says('authResponse', { success: false, error: 'expired' })
    expect(socket.sent.map(({ token }) => token)).toEqual(['token-1', 'token-2'])
    await socket.says('authResponse', { success: false, error: 'expired' })
    expect(renew).toHaveBeenCalledTimes(1)
    expect(states.at(-1)).toBe('waiting')
  })

  it('stops for good', async () => {
    const socket = await connected()
    live.stop()
    expect(socket.closed).toBe(true)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(Socket.all).toHaveLength(1)
    expect(states.at(-1)).toBe('off')
  })
})

describe('frames', () => {
  it('that make no sense are left alone', () => {
    expect(readFrame('not json')).toBeNull()
    expect(readFrame('"text"')).toBeNull()
    expect(readFrame(new ArrayBuffer(1))).toBeNull()
  })

  it('are pushes or answers', () => {
    expect(isPush(readFrame('{"action":"racesReady","payload":{"raceIds":[]}}')!)).toBe(true)
    expect(isPush(readFrame('{"action":"pong"}')!)).toBe(false)
  })
})

describe('the address', () => {
  it('is the page’s own host unless set', () => {
    expect(webSocketUrl('', { protocol: 'https:', host: 'races.example' })).toBe('wss://races.example/ws')
    expect(webSocketUrl(undefined, { protocol: 'http:', host: 'localhost:8080' })).toBe(
      'ws://localhost:8080/ws',
    )
    expect(webSocketUrl('wss://ws.example', { protocol: 'https:', host: 'x' })).toBe('wss://ws.example')
  })
})
