import type { Driver, Run } from '@/shared/api/types'

export function isActive(run: Run | null | undefined): boolean {
  return run?.status === 'queued' || run?.status === 'running' || run?.status === 'waiting'
}

/** Whether a run waits for the driver to sign in again, and they have not done so since. */
export function asksForSignIn(run: Run | undefined, driver: Pick<Driver, 'lastLogin'> | null): boolean {
  const asks = run?.status === 'signInRequired' || (isActive(run) && run?.reason === 'sign_in_required')
  return asks && !(driver && Date.parse(driver.lastLogin) > Date.parse(run.updatedAt))
}

export interface Progress {
  /** Races dealt with: stored, known before, or failed. */
  dealtWith: number
  /** 0 to 1; `null` while there is nothing to go by. */
  share: number | null
}

/**
 * How far a run is. It does not know all races beforehand: the stretches of time that are not searched yet are taken
 * to hold as many as the average one so far.
 */
export function progressOf(run: Run): Progress {
  const dealtWith = run.racesDone + run.racesKnown + run.racesFailed
  if (!isActive(run)) return { dealtWith, share: run.status === 'finished' ? 1 : null }
  if (run.windowsTotal === 0 || (run.racesFound === 0 && run.windowsDone === 0))
    return { dealtWith, share: null }
  const searched = Math.min(run.windowsDone + 1, run.windowsTotal)
  const inWindow = run.racesFound === 0 ? 1 : Math.min(1, dealtWith / run.racesFound)
  return { dealtWith, share: Math.min(1, (searched * inWindow) / run.windowsTotal) }
}

/** The later of the moments until which the server refuses another sync; `null` when it takes one. */
export function blockedUntil(now: number, ...moments: (string | number | null | undefined)[]): number | null {
  const latest = Math.max(
    0,
    ...moments.map((at) => (at == null ? 0 : typeof at === 'number' ? at : Date.parse(at) || 0)),
  )
  return latest > now ? latest : null
}

/** Puts a run that was pushed into the list, newest first; an older picture of a run never replaces a newer one. */
export function withRun(runs: readonly Run[], pushed: Run): Run[] {
  const known = runs.find(({ runId }) => runId === pushed.runId)
  if (!known) return [pushed, ...runs].sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))
  if (Date.parse(known.updatedAt) > Date.parse(pushed.updatedAt)) return [...runs]
  return runs.map((run) => (run === known ? pushed : run))
}
