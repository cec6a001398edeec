import { ref, type Ref } from 'vue'

const DATABASE = 'spinout'
const STORE = 'drafts'

/**
 * Where a page keeps words that the server does not have yet, on this device. Each page has a slot of its own, under
 * driver, subject and a number, so that two tabs never overwrite each other; a page that is gone has let go of its slot,
 * and another one may take it with all that is in it.
 */
export interface Slot<Draft> {
  /** What was in it when it was taken. */
  draft: Draft | null
  /** Whether the last words could not be kept: the page alone has them. */
  lost: Readonly<Ref<boolean>>
  keep: (draft: Draft) => void
  /** The words are saved: nothing is kept of them here. */
  drop: () => void
  /** Lets another page have the slot. */
  release: () => void
}

let connection: Promise<IDBDatabase> | null = null

function connect(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      opening.result.onclose = () => (connection = null)
      resolve(opening.result)
    }
  })
}

async function inStore<Result>(
  mode: IDBTransactionMode,
  action: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  connection ??= connect()
  const database = await connection.catch((problem: unknown) => {
    connection = null
    throw problem
  })
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode)
    const request = action(transaction.objectStore(STORE))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onabort = () => reject(transaction.error)
  })
}

/** By slot, the last write of words that are not on the device yet. */
const writing = new Map<string, Promise<unknown>>()

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault()
}

/** Whoever leaves before the last words are kept is asked. */
function keepWatch(): void {
  if (writing.size > 0) window.addEventListener('beforeunload', warn)
  else window.removeEventListener('beforeunload', warn)
}

/** When all words are on the device, or it is known that they cannot be. */
export async function draftsWritten(): Promise<void> {
  await Promise.allSettled(writing.values())
}

/** What saves the words that are being written in this page. */
export const savers = new Set<() => Promise<void>>()

/** Saves what is being written, as far as it can be; whether there are words of the driver's that are not saved. */
export async function wordsLeft(driverId: number): Promise<boolean> {
  await Promise.all([...savers].map((save) => save()))
  return writing.size > 0 || (await slotsOf(driverId)).length > 0
}

/** What this page has taken; other pages are told by locks, which browsers have for secure pages only. */
const held = new Set<string>()

/** Takes a slot; `null` if a page has it. */
async function take<Draft>(key: string): Promise<Slot<Draft> | null> {
  if (held.has(key)) return null
  held.add(key)
  const unlock = await lock(key)
  if (!unlock) {
    held.delete(key)
    return null
  }
  // A browser without such storage has no drafts, and saving goes on without.
  const draft = (await inStore('readonly', (store) => store.get(key)).catch(() => null)) as Draft | undefined
  const lost = ref(false)
  return {
    draft: draft ?? null,
    lost,
    keep: (draft) => {
      const written = inStore('readwrite', (store) => store.put(draft, key))
      writing.set(key, written)
      keepWatch()
      written.then(
        () => {
          if (writing.get(key) !== written) return
          writing.delete(key)
          lost.value = false
          keepWatch()
        },
        () => {
          if (writing.get(key) === written) lost.value = true
        },
      )
    },
    drop: () => {
      writing.delete(key)
      lost.value = false
      keepWatch()
      inStore('readwrite', (store) => store.delete(key)).catch(() => {})
    },
    release: () => {
      // Nobody has these words any more.
      if (lost.value) writing.delete(key)
      keepWatch()
      held.delete(key)
      unlock()
    },
  }
}

/** Locks a slot against other pages until it is unlocked, or the page is gone; `null` if another one has it. */
function lock(key: string): Promise<(() => void) | null> {
  if (!navigator.locks) return Promise.resolve(() => {})
  return new Promise((resolve) => {
    navigator.locks
      .request(`spinout-draft/${key}`, { ifAvailable: true }, (granted) => {
        if (!granted) return resolve(null)
        return new Promise<void>((unlock) => resolve(unlock))
      })
      .catch(() => resolve(() => {}))
  })
}

/** The slots of a driver, or those of them about one subject, oldest first. */
async function slotsOf(driverId: number, subject?: string): Promise<string[]> {
  const keys = await inStore('readonly', (store) => store.getAllKeys()).catch(() => [])
  return keys
    .map(String)
    .filter((key) => key.startsWith(`${driverId}/`) && (subject === undefined || subjectOf(key) === subject))
}

const subjectOf = (key: string) => key.split('/')[1]!

/** A slot for words about a subject: the one with the latest words that no page is at work on, or a new one. */
export async function takeSlot<Draft>(driverId: number, subject: string): Promise<Slot<Draft>> {
  for (const key of (await slotsOf(driverId, subject)).reverse()) {
    const slot = await take<Draft>(key)
    if (slot) return slot
  }
  // Nobody else has a slot of that name.
  return (await take<Draft>(`${driverId}/${subject}/${Date.now()}-${Math.random()}`))!
}

/** All slots of a driver that no page is at work on, one after the other, with their subjects. */
export async function* leftSlots<Draft>(driverId: number): AsyncGenerator<[subject: string, Slot<Draft>]> {
  for (const key of await slotsOf(driverId)) {
    const slot = await take<Draft>(key)
    if (slot) yield [subjectOf(key), slot]
  }
}

/** The driver is gone: so are the words that nobody will save. */
export async function forgetDrafts(driverId: number): Promise<void> {
  for (const key of await slotsOf(driverId)) await inStore('readwrite', (store) => store.delete(key))
}
