import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

import { answered, ApiProblem } from '@/shared/api/problem'
import { publicApi } from '@/shared/api/public'
import type { Driver, SignInSession } from '@/shared/api/types'
import { forgetAnswers, rememberDriver, rememberedDriver } from '@/shared/offline/answers'

/**
 * - `starting`: not known yet
 * - `signedIn`
 * - `signedOut`: nobody is signed in, or the driver signed out
 * - `ended`: the session is over, but the page stays until the driver signs in again
 * - `unreachable`: the server could not be asked, so nothing is known but who was signed in last
 */
export type SessionState = 'starting' | 'signedIn' | 'signedOut' | 'ended' | 'unreachable'

/** What became of an attempt to renew: `over` means that the server refused. */
export type Renewal = 'renewed' | 'over' | 'unreachable'

type TabMessage = { kind: 'renewed'; session: SignInSession } | { kind: 'signedOut' }

const LOCK = 'spinout-session'
const CHANNEL = 'spinout-session'
const MINUTE = 60_000
/** A token is renewed this long before it ends. */
const MARGIN = MINUTE
const FIRST_RETRY = 5_000
const LAST_RETRY = MINUTE
/** Whom the browser remembers is shown what is kept if the server has not answered by then: a line may hang for minutes. */
const SOON = 4_000

/**
 * Who is signed in, and the access token: in memory only. The refresh token is in a cookie that no script can read.
 *
 * All callers of a tab share one renewal; tabs take turns by a lock and tell each other the result.
 */
export const useSession = defineStore('session', () => {
  const state = ref<SessionState>('starting')
  const driver = shallowRef<Driver | null>(null)
  const token = shallowRef<string | null>(null)
  /** iRacing has let the driver's sign-in lapse: what is stored can be read, but nothing new comes in. */
  const iracingSignInRequired = ref(false)

  let usableUntil = 0
  let renewing: Promise<Renewal> | null = null
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let retryDelay = FIRST_RETRY

  const tabs = typeof BroadcastChannel === 'function' ? new BroadcastChannel(CHANNEL) : null
  tabs?.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
    if (data.kind === 'signedOut') return forget('signedOut')
    acceptRenewed(data.session)
  })

  // The line is back: no need to wait for the next attempt.
  globalThis.addEventListener?.('online', () => state.value === 'unreachable' && void renew())

  /** Takes a session that the server gave. */
  function accept(session: SignInSession): void {
    // The token's lifetime is measured by our own clock from now on: a clock that is wrong does no harm.
    const lifetime = Date.parse(session.expiresAt) - Date.now()
    usableUntil = Date.now() + Math.min(Math.max(lifetime, 2 * MARGIN), 15 * MINUTE)
    token.value = session.accessToken
    driver.value = session.driver
    iracingSignInRequired.value = session.iracingSignInRequired
    state.value = 'signedIn'
    retryDelay = FIRST_RETRY
    renewIn(usableUntil - MARGIN - Date.now())
    // Without a storage the pages do not open offline, and that is all.
    rememberDriver(session.driver).catch(() => {})
  }

  /** Takes a session that is to go on; whether it does. */
  function acceptRenewed(session: SignInSession): boolean {
    // Someone else signed in elsewhere: what this page shows is not theirs.
    const same = !driver.value || driver.value.driverId === session.driver.driverId
    if (same) accept(session)
    else forget('ended')
    return same
  }

  function forget(next: 'signedOut' | 'ended'): void {
    clearTimeout(timer)
    token.value = null
    usableUntil = 0
    state.value = next
    if (next !== 'signedOut') return
    driver.value = null
    forgetAnswers().catch(() => {})
  }

  function renewIn(milliseconds: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void renew(token.value), Math.max(0, milliseconds))
  }

  /** Renews the session unless `stale` has been replaced already. Never throws. */
  function renew(stale: string | null = token.value): Promise<Renewal> {
    if (!renewing) asked = Date.now()
    renewing ??= inTurn(() => askForRenewal(stale)).finally(() => {
      renewing = null
    })
    return renewing
  }

  /** Renews, and waits for it while it is still to be expected soon. */
  function renewSoon(): Promise<unknown> {
    const renewal = renew()
    return Promise.race([renewal, new Promise((over) => setTimeout(over, asked + SOON - Date.now()))])
  }

  /** Nobody can say who is signed in: goes on with whom the browser remembers. */
  async function goAway(): Promise<void> {
    const known = await rememberedDriver().catch(() => null)
    if (state.value !== 'starting') return
    driver.value = known
    state.value = 'unreachable'
  }

  async function askForRenewal(stale: string | null): Promise<Renewal> {
    if (token.value !== null && token.value !== stale) return 'renewed'
    try {
      const session = await answered<SignInSession | undefined>(publicApi.POST('/auth/refresh'))
      if (!session) {
        // There is no cookie: nobody was signed in, or signed out elsewhere.
        end()
        return 'over'
      }
      if (!acceptRenewed(session)) return 'over'
      tabs?.postMessage({ kind: 'renewed', session } satisfies TabMessage)
      return 'renewed'
    } catch (problem) {
      if (problem instanceof ApiProblem && (problem.status === 401 || problem.status === 403)) {
        end()
        return 'over'
      }
      // The line or the server is down. That is no reason to sign anybody out: try again later.
      await goAway()
      renewIn(retryDelay)
      retryDelay = Math.min(retryDelay * 2, LAST_RETRY)
      return 'unreachable'
    }
  }

  /** The token for a request, renewed first if it is about to end; `null` if there is none. */
  async function freshToken(): Promise<string | null> {
    if (token.value !== null && Date.now() < usableUntil - MARGIN / 2) return token.value
    if (state.value === 'signedOut' || state.value === 'ended') return null
    await (state.value === 'unreachable' ? renewSoon() : renew())
    return token.value
  }

  /** Finds out, when the application starts, whether somebody is signed in. */
  async function start(): Promise<void> {
    if (state.value !== 'starting' && state.value !== 'unreachable') return
    await renewSoon()
    if (state.value === 'starting' && (await rememberedDriver().catch(() => null))) await goAway()
    if (driver.value === null) await renewing
  }

  /** A sign-in has just been completed in this tab. */
  function signedIn(session: SignInSession): void {
    accept(session)
    tabs?.postMessage({ kind: 'renewed', session } satisfies TabMessage)
  }

  /** The server no longer accepts the session. */
  function end(): void {
    // Whom the browser remembers from before this page has not been shown to be signed in.
    forget(driver.value && state.value !== 'unreachable' ? 'ended' : 'signedOut')
  }

  /** Signs out on the server, here and in the other tabs. Throws, and changes nothing, if the server cannot be told. */
  async function signOut(): Promise<void> {
    await inTurn(() => answered(publicApi.POST('/auth/logout')))
    forget('signedOut')
    tabs?.postMessage({ kind: 'signedOut' } satisfies TabMessage)
  }

  return {
    state,
    driver,
    token,
    iracingSignInRequired,
    /** Whether there is somebody whose pages can be shown. */
    active: computed(
      () =>
        state.value === 'signedIn' ||
        state.value === 'ended' ||
        (state.value === 'unreachable' && driver.value !== null),
    ),
    start,
    renew,
    freshToken,
    signedIn,
    signOut,
    end,
  }
})

/** Runs one tab at a time. */
async function inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
  if (!navigator.locks) return task()
  return navigator.locks.request(LOCK, async () => {
    // A tab that had its turn before us has told its result; let that message in first.
    await new Promise((resolve) => setTimeout(resolve))
    return task()
  }) as Promise<Result>
}
