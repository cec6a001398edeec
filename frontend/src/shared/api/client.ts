import createClient from 'openapi-fetch'

import { keepAnswer, keptAnswer } from '@/shared/offline/answers'
import { useSession } from '@/shared/session/session'

import { apiBaseUrl } from './public'
import type { paths } from './schema'

/**
 * Sends a request with the driver's token. A token about to end is renewed first; one that the server refuses is
 * renewed once, and the request sent again.
 */
export async function authorizedFetch(request: Request): Promise<Response> {
  const session = useSession()
  // What has no body can be sent twice as it is.
  const again = request.method === 'GET' ? request : request.clone()
  const token = await session.freshToken()
  const driverId = session.driver?.driverId
  // There has been a session, and there may be one: only nobody can tell at present.
  if (token === null && session.state === 'unreachable') throw new TypeError('the server cannot be reached')
  const response = await globalThis.fetch(withToken(request, token))
  if (response.status !== 401) return response

  if ((await session.renew(token)) !== 'renewed') return response
  // What one driver asked for is not to be done in the name of the next one.
  if (session.driver?.driverId !== driverId) return response
  const second = await globalThis.fetch(withToken(again, await session.freshToken()))
  if (second.status === 401) session.end()
  return second
}

function withToken(request: Request, token: string | null): Request {
  if (token) request.headers.set('Authorization', `Bearer ${token}`)
  return request
}

/** What the server cannot be asked for: it may have been asked before. */
const AWAY = [502, 503, 504]

/**
 * {@link authorizedFetch}, or what the same request was answered before, while the server cannot be reached. What a PUT
 * is answered is what the same address answers from then on.
 */
async function fetchOrRecall(request: Request): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'PUT') return authorizedFetch(request)
  const { url, method } = request
  const path = new URL(url).pathname.slice(
    new URL(apiBaseUrl, location.href).pathname.replace(/\/$/, '').length,
  )
  const session = useSession()
  const driverId = session.driver?.driverId
  let response: Response
  try {
    response = await authorizedFetch(request)
  } catch (cause) {
    const kept = method === 'GET' && (await keptAnswer(url, path))
    if (kept) return kept
    throw cause
  }
  if (AWAY.includes(response.status) && method === 'GET') return (await keptAnswer(url, path)) ?? response
  if (response.status === 200 && driverId !== undefined) {
    // Nobody waits for it; a full storage only means that it is not there later.
    keepAnswer(url, path, response.clone(), () => session.driver?.driverId === driverId).catch(() => {})
  }
  return response
}

/** The API as the signed-in driver calls it. */
export const api = createClient<paths>({
  baseUrl: apiBaseUrl,
  credentials: 'include',
  fetch: fetchOrRecall,
})
