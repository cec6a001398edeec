/// <reference lib="webworker" />
// Keeps the pages themselves, so that they open without a connection. What the API answers is not its business: that is
// kept by the page, which knows whose it is (`shared/offline`).

declare const self: ServiceWorkerGlobalScope

/** The files of this build; the build puts them here (`vite.config.ts`). */
const FILES = '__FILES__' as unknown as string[]
const PAGE = '/index.html'
const CACHE = 'spinout-pages'
/** How long a visit waits for the newest page, in milliseconds: a line that hangs does not say so. */
const SOON = 3_000

self.addEventListener('install', (event) => event.waitUntil(takeFiles()))

self.addEventListener('activate', (event) => event.waitUntil(dropOldFiles()))

self.addEventListener('message', (event) => {
  // Somebody has read that there is a new version, and wants it.
  if (event.data === 'take over') void self.skipWaiting()
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  if (pathname.startsWith('/assets/')) event.respondWith(file(request))
  else if (request.mode === 'navigate') event.respondWith(page(request))
})

/** Files carry a hash of their content, so those of the version before are taken over. */
async function takeFiles(): Promise<void> {
  const cache = await caches.open(CACHE)
  const known = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname))
  await cache.addAll(FILES.filter((path) => !known.has(path)))
  // The page has no hash: its name is the same in every version.
  await cache.add(new Request(PAGE, { cache: 'reload' }))
}

async function dropOldFiles(): Promise<void> {
  const cache = await caches.open(CACHE)
  const wanted = new Set([...FILES, PAGE])
  const old = (await cache.keys()).filter(({ url }) => !wanted.has(new URL(url).pathname))
  await Promise.all(old.map((request) => cache.delete(request)))
}

async function file(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  const known = await cache.match(request.url)
  if (known) return known
  const response = await fetch(request)
  // A typeface for another alphabet, for instance: wanted by few, so not taken beforehand.
  if (response.status === 200) await cache.put(request.url, response.clone())
  return response
}

/** The newest page, unless it does not come soon and there is a kept one. */
async function page(request: Request): Promise<Response> {
  const newest = fetch(request)
  const late = new Promise<null>((over) => setTimeout(over, SOON, null))
  const soon = await Promise.race([newest, late]).catch(() => null)
  return soon ?? (await caches.match(PAGE)) ?? newest
}
