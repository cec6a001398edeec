import { ApiProblem } from '@/shared/api/problem'

/** Why a sign-in did not happen, as the page tells it. */
export type SignInFailure = 'denied' | 'expired' | 'notAllowed' | 'iracingDown' | 'network' | 'unknown'

/** What iRacing's redirect says when it brings no code. */
export function failureOfRedirect(error: string): SignInFailure {
  if (error === 'access_denied') return 'denied'
  if (error === 'temporarily_unavailable' || error === 'server_error') return 'iracingDown'
  return 'unknown'
}

/** What a refusal of our own server says. */
export function failureOfProblem(problem: unknown): SignInFailure {
  if (!(problem instanceof ApiProblem)) return 'unknown'
  if (problem.status === 0) return 'network'
  if (problem.status === 403) return 'notAllowed'
  if (problem.code === 'access_not_granted') return 'denied'
  // The code, the state or the sign-in's cookie is used up or too old: all mean the same for the driver.
  if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) return 'expired'
  return 'iracingDown'
}
