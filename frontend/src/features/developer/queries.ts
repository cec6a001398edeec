import { queryOptions } from '@tanstack/vue-query'

import { api, authorizedFetch } from '@/shared/api/client'
import { answered, ApiProblem } from '@/shared/api/problem'
import { apiBaseUrl } from '@/shared/api/public'
import type { useSession } from '@/shared/session/session'

import { readDocumentation } from './iracing-api'
import type { Description } from './own-api'

/** Below it, our server passes on what iRacing's data API answers. */
export const IRACING_API = '/developer/iracing-api/'

/** iRacing's documentation of all its services. */
export const documentationQuery = () =>
  queryOptions({
    queryKey: ['developer', 'documentation'],
    queryFn: async ({ signal }) => {
      const response = await ask(`${IRACING_API}doc`, signal)
      const body: unknown = await response.json().catch(() => null)
      if (!response.ok) throw new ApiProblem(response.status, (body ?? {}) as object)
      return readDocumentation(body)
    },
    staleTime: 3_600_000,
  })

/** The description of our own API. */
export const ownApiQuery = () =>
  queryOptions({
    queryKey: ['developer', 'own-api'],
    queryFn: async ({ signal }) =>
      (await answered(api.GET('/openapi.json', { signal }))) as unknown as Description,
    staleTime: Infinity,
  })

/** iRacing's request budget after an answer. */
export interface RateLimit {
  limit: number
  remaining: number
  /** When it starts anew, in milliseconds since the epoch. */
  reset: number
}

export interface Trial {
  status: number
  milliseconds: number
  contentType: string
  text: string
  rateLimit: RateLimit | null
}

/** Asks for a path of our server's, with its query, and takes whatever it says. */
export async function tryPath(path: string): Promise<Trial> {
  const began = performance.now()
  const response = await ask(path)
  const text = await response.text()
  return {
    status: response.status,
    milliseconds: performance.now() - began,
    contentType: response.headers.get('Content-Type') ?? '',
    text,
    rateLimit: rateLimit(response.headers),
  }
}

/** As it is spelled: the typed client would not let a path's slashes stay. */
async function ask(path: string, signal?: AbortSignal): Promise<Response> {
  const address = new URL(apiBaseUrl + path, location.href)
  try {
    return await authorizedFetch(new Request(address, { credentials: 'include', signal }))
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiProblem(0)
  }
}

function rateLimit(headers: Headers): RateLimit | null {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    Number(headers.get(`x-ratelimit-${name}`) ?? NaN),
  ) as [number, number, number]
  return Number.isNaN(limit + remaining + reset) ? null : { limit, remaining, reset: reset * 1000 }
}

/** The driver's own access token for iRacing. Never kept: it is asked for each time it is shown. */
export async function iracingToken(): Promise<{ token: string; expiresAt: string }> {
  const { accessToken, expiresAt } = await answered(api.GET('/developer/iracing-token'))
  return { token: accessToken, expiresAt }
}

/** The session token that this page itself calls our API with. */
export async function sessionToken(
  session: ReturnType<typeof useSession>,
): Promise<{ token: string; expiresAt: string }> {
  const token = await session.freshToken()
  if (token === null) throw new ApiProblem(401)
  return { token, expiresAt: new Date(endOf(token)).toISOString() }
}

/** When a JSON web token ends, in milliseconds since the epoch. */
function endOf(token: string): number {
  const claims = token.split('.')[1] ?? ''
  const { exp } = JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))) as { exp: number }
  return exp * 1000
}
