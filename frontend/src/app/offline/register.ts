import { draftsWritten } from '@/shared/offline/drafts'

import { waiting } from './updates'

/** How often a page that stays open asks whether there is a new version. */
const LOOK_EVERY = 3_600_000

/** Keeps the pages on this device, and tells when there is a new version of them. */
export async function keepPages(workers: ServiceWorkerContainer): Promise<void> {
  // The first worker takes over a page that needs nothing of it; later ones bring a new version.
  let replaced = workers.controller !== null
  workers.addEventListener('controllerchange', () => {
    // What is being written is there again afterwards.
    if (replaced) void draftsWritten().then(() => location.reload())
    replaced = true
  })

  const registration = await workers.register('/service-worker.js')
  // Where workers are blocked, some browsers register nothing, without a word.
  if (!registration) return
  const tell = (worker: ServiceWorker | null) => {
    if (worker?.state === 'installed' && workers.controller) waiting.value = worker
  }
  tell(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing
    worker?.addEventListener('statechange', () => tell(worker))
  })

  let looked = Date.now()
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || Date.now() - looked < LOOK_EVERY) return
    looked = Date.now()
    // Without a connection there is nothing to be found.
    registration.update().catch(() => {})
  })
}
