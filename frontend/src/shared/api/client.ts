import createClient from 'openapi-fetch'

import { useSession } from '@/shared/session/session'

import { apiBaseUrl } from './public'
import type { paths } from './schema'

/**
 * Sends a request with the driver's token. A token about to end is renewed first; one that the server refuses is
 * renewed once, and the request sent again.
 */
export async function authorizedFetch(request: Request): Promise<Response> {
  const session = useSession()
  const again = request.clone()
  const token = await session.freshToken()
  const response = await globalThis.fetch(withToken(request, token))
  if (response.status !== 401) return response

  if ((await session.renew(token)) !== 'renewed') return response
  const second = await globalThis.fetch(withToken(again, await session.freshToken()))
  if (second.status === 401) session.end()
  return second
}

function withToken(request: Request, token: string | null): Request {
  if (token) request.headers.set('Authorization', `Bearer ${token}`)
  return request
}

/** The API as the signed-in driver calls it. */
export const api = createClient<paths>({
  baseUrl: apiBaseUrl,
  credentials: 'include',
  fetch: authorizedFetch,
})
