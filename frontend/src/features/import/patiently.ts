import { ApiProblem } from '@/shared/api/problem'

/**
 * Sends again whenever the server has taken enough for the time being, once the wait it asks for is over. `pause` is told
 * when it goes on (milliseconds since 1970), and `null` when it does. Once `stop` is aborted, nothing more is sent.
 */
export async function patiently<T>(
  send: () => Promise<T>,
  pause: (until: number | null) => void,
  stop: AbortSignal,
): Promise<T> {
  for (;;) {
    stop.throwIfAborted()
    try {
      return await send()
    } catch (problem) {
      const wait = problem instanceof ApiProblem && problem.status === 429 ? problem.retryAfterSeconds : null
      if (wait === null) throw problem
      pause(Date.now() + wait * 1000)
      await new Promise((resolve) => {
        setTimeout(resolve, wait * 1000)
        stop.addEventListener('abort', resolve)
      })
      pause(null)
    }
  }
}
