import type { Renewal } from '@/shared/session/session'

import { isPush, readFrame, type Push } from './messages'

/** `open` only once the server has accepted the token. */
export type LiveState = 'off' | 'connecting' | 'open' | 'waiting'

export interface LiveOptions {
  url: string
  /** The token to show; `null` when there is none. */
  token: () => Promise<string | null>
  /** Called when the server refuses the token that was shown. */
  renew: (refused: string) => Promise<Renewal>
  onState: (state: LiveState) => void
  /** Called each time that pushes begin to arrive; whatever happened before has to be read. */
  onOpen: () => void
  onPush: (push: Push) => void
  /** Replaced in tests. */
  openSocket?: (url: string) => WebSocket
  random?: () => number
}

const PING_EVERY = 30_000
const PONG_WITHIN = 10_000
const ANSWER_WITHIN = 10_000
const FIRST_DELAY = 1_000
const LAST_DELAY = 30_000

/**
 * One WebSocket that keeps itself alive: shows its token, pings, notices silence, and comes back with growing pauses.
 */
export class LiveConnection {
  private readonly options: LiveOptions
  private socket: WebSocket | null = null
  private state: LiveState = 'off'
  private attempt = 0
  private shown: string | null = null
  private renewedOnce = false
  private pingTimer: ReturnType<typeof setTimeout> | undefined
  private deadline: ReturnType<typeof setTimeout> | undefined
  private reconnectTimer: ReturnType<typeof setTimeout> | undefined

  constructor(options: LiveOptions) {
    this.options = options
  }

  /** Connects, unless it is connected or about to be. */
  start(): void {
    if (this.state === 'off') this.connect()
  }

  /** Disconnects for good. */
  stop(): void {
    this.dropSocket()
    clearTimeout(this.reconnectTimer)
    this.attempt = 0
    this.become('off')
  }

  /** Ends a pause at once: the line is back, or somebody looks at the page again. */
  hurry(): void {
    if (this.state === 'waiting') this.connect()
  }

  /** Shows a renewed token on the open connection. */
  showToken(token: string): void {
    if (this.state === 'open' && token !== this.shown) this.authenticate(token)
  }

  private become(state: LiveState): void {
    if (this.state === state) return
    this.state = state
    this.options.onState(state)
  }

  private connect(): void {
    clearTimeout(this.reconnectTimer)
    this.become('connecting')
    this.renewedOnce = false
    const open = this.options.openSocket ?? ((url: string) => new WebSocket(url))
    let socket: WebSocket
    try {
      socket = open(this.options.url)
    } catch {
      return this.pause()
    }
    this.socket = socket
    this.expectAnswer(ANSWER_WITHIN)
    socket.onopen = () => void this.greet(socket)
    socket.onmessage = ({ data }) => this.receive(data)
    socket.onclose = () => this.lost(socket)
    socket.onerror = () => this.lost(socket)
  }

  private async greet(socket: WebSocket): Promise<void> {
    const token = await this.options.token()
    if (this.socket !== socket) return
    if (token === null) return this.lost(socket)
    this.authenticate(token)
  }

  private authenticate(token: string): void {
    this.shown = token
    this.expectAnswer(ANSWER_WITHIN)
    this.send({ action: 'auth', token })
  }

  private receive(data: unknown): void {
    const frame = readFrame(data)
    if (!frame) return
    if (isPush(frame)) return this.options.onPush(frame)
    if (frame.action === 'authResponse') void this.authenticated(frame.payload.success)
    if (frame.action === 'pong') this.alive()
  }

  private async authenticated(success: boolean): Promise<void> {
    if (success) {
      const opened = this.state !== 'open'
      this.attempt = 0
      this.renewedOnce = false
      this.become('open')
      this.alive()
      if (opened) this.options.onOpen()
      return
    }
    const socket = this.socket
    const refused = this.shown
    if (!socket || refused === null) return
    if (this.renewedOnce || (await this.options.renew(refused)) !== 'renewed') return this.lost(socket)
    this.renewedOnce = true
    if (this.socket === socket) await this.greet(socket)
  }

  /** The other side has spoken: no deadline runs, and the next ping is due in a while. */
  private alive(): void {
    clearTimeout(this.deadline)
    clearTimeout(this.pingTimer)
    this.pingTimer = setTimeout(() => {
      this.send({ action: 'pingRequest' })
      this.expectAnswer(PONG_WITHIN)
    }, PING_EVERY)
  }

  private expectAnswer(within: number): void {
    clearTimeout(this.deadline)
    this.deadline = setTimeout(() => {
      if (this.socket) this.lost(this.socket)
    }, within)
  }

  private send(message: { action: 'auth'; token: string } | { action: 'pingRequest' }): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message))
  }

  private lost(socket: WebSocket): void {
    if (this.socket !== socket) return
    this.dropSocket()
    this.pause()
  }

  private pause(): void {
    const random = this.options.random ?? Math.random
    const longest = Math.min(FIRST_DELAY * 2 ** this.attempt, LAST_DELAY)
    this.attempt += 1
    this.become('waiting')
    // Between half and all of it, so that the pages of a restarted server do not come back in one moment.
    this.reconnectTimer = setTimeout(() => this.connect(), longest * (0.5 + random() / 2))
  }

  private dropSocket(): void {
    clearTimeout(this.pingTimer)
    clearTimeout(this.deadline)
    const socket = this.socket
    this.socket = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null
    socket.close()
  }
}
