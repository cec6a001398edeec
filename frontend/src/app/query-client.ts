import { QueryClient } from '@tanstack/vue-query'

import { ApiProblem } from '@/shared/api/problem'

const ATTEMPTS = 3
const LONGEST_WAIT = 30_000

/** The cache of what the server said. Only what may pass by itself is asked again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Without a connection nothing passes: the page says so at once.
        retry: (failures, problem) =>
          failures < ATTEMPTS && navigator.onLine && problem instanceof ApiProblem && problem.passing,
        retryDelay: (attempt, problem) => {
          const asked = problem instanceof ApiProblem ? problem.retryAfterSeconds : null
          return Math.min(asked === null ? 1000 * 2 ** attempt : asked * 1000, LONGEST_WAIT)
        },
        refetchOnWindowFocus: false,
        // Without a connection a question may still be answered by what was kept.
        networkMode: 'offlineFirst',
      },
    },
  })
}
