import createClient from 'openapi-fetch'

import type { paths } from './schema'

export const apiBaseUrl = import.meta.env.VITE_API_BASE_URL || '/api'

/** The API as anybody may call it: signing in, renewing, signing out. Its cookies go along. */
export const publicApi = createClient<paths>({
  baseUrl: apiBaseUrl,
  credentials: 'include',
  fetch: (request) => globalThis.fetch(request),
})
