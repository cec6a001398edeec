import type { Driver } from '@/shared/api/types'
import { turn } from '@/shared/ui/turn'

/**
 * What the API answered to the signed-in driver, kept on this device so that log and journal open without a connection:
 * bodies under their addresses, never a token. All of it goes when the driver signs out, or when it is another driver.
 */
const DRIVER = 'spinout-driver'
/** Log, journal and lists, and how many answers are kept of them; sessions with their laps are large. */
const LISTS = { cache: 'spinout-lists', most: 300 }
const SESSIONS = { cache: 'spinout-sessions', most: 60 }
const ME = '/signed-in-driver'

/** Browsers give no storage to pages that are not secure. */
const storage = typeof caches === 'undefined' ? null : caches

/** Where an answer of the API is kept; `null` if it is not. `path` is below the API's base address. */
export function placeOf(path: string): typeof LISTS | null {
  if (/^\/(driver\/\d+(\/(races|journal|analytics)\b.*)?|tracks|cars|series|ingestion\/runs)$/.test(path))
    return LISTS
  return /^\/session\/\d+(\/\w+)?$/.test(path) ? SESSIONS : null
}

/** Keeps an answer, unless whom it was for has signed out meanwhile. */
export async function keepAnswer(
  url: string,
  path: string,
  response: Response,
  signedIn: () => boolean,
): Promise<void> {
  const place = placeOf(path)
  if (!storage || !place) return
  const body = await response.blob()
  // What the page shows with it comes first.
  await turn()
  if (!signedIn()) return
  const cache = await storage.open(place.cache)
  // Under the address alone: the request itself carries the token.
  await cache.put(url, new Response(body, { headers: { 'Content-Type': 'application/json' } }))
  const kept = await cache.keys()
  await Promise.all(kept.slice(0, Math.max(0, kept.length - place.most)).map((old) => cache.delete(old)))
}

export async function keptAnswer(url: string, path: string): Promise<Response | undefined> {
  const place = placeOf(path)
  return place ? storage?.match(url, { cacheName: place.cache }) : undefined
}

/** Remembers who is signed in; whatever is kept of another driver goes. */
export async function rememberDriver(driver: Driver): Promise<void> {
  if (!storage) return
  const known = await rememberedDriver()
  if (known && known.driverId !== driver.driverId) await forgetAnswers()
  const cache = await storage.open(DRIVER)
  await cache.put(ME, Response.json(driver))
}

export async function rememberedDriver(): Promise<Driver | null> {
  const known = await storage?.match(ME, { cacheName: DRIVER })
  return known ? ((await known.json()) as Driver) : null
}

export async function forgetAnswers(): Promise<void> {
  if (!storage) return
  await Promise.all([DRIVER, LISTS.cache, SESSIONS.cache].map((name) => storage.delete(name)))
}
