/// <reference lib="webworker" />
// Keeps the pages themselves, so that they open without a connection. What the API answers is not its business: that is
// kept by the page, which knows whose it is (`shared/offline`).

declare const self: ServiceWorkerGlobalScope

/** The files of this build; the build puts them here (`vite.config.ts`). */
const FILES = '__FILES__' as unknown as string[]
const PAGE = '/index.html'
const CACHE = 'spinout-pages'

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

/** The newest page while there is a connection, and the kept one without. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (cause) {
    const known = await caches.match(PAGE)
    if (known) return known
    throw cause
  }
}
