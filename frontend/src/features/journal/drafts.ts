import type { Draft } from './model'

const DATABASE = 'spinout'
const STORE = 'drafts'

/** Notes that the server does not have yet, on this device: by driver and race, and only until they are saved. */
function inStore<Result>(
  mode: IDBTransactionMode,
  action: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const database = opening.result
      const transaction = database.transaction(STORE, mode)
      const request = action(transaction.objectStore(STORE))
      transaction.oncomplete = () => {
        database.close()
        resolve(request.result)
      }
      transaction.onabort = () => {
        database.close()
        reject(transaction.error)
      }
    }
  })
}

/** The drafts of one race. A browser without such storage has none, and saving goes on without. */
export function draftsOf(driverId: number, driverRaceId: string) {
  const key = `${driverId}/${driverRaceId}`
  // One after the other, so that an older draft never overwrites a newer one.
  let last: Promise<unknown> = Promise.resolve()
  const after = (action: () => Promise<unknown>) => {
    last = last.then(action).catch(() => undefined)
  }
  return {
    read: async (): Promise<Draft | null> => {
      try {
        return ((await inStore('readonly', (store) => store.get(key))) as Draft | undefined) ?? null
      } catch {
        return null
      }
    },
    keep: ({ words, version }: Draft) => {
      const draft = { words: { ...words, tags: [...words.tags] }, version }
      after(() => inStore('readwrite', (store) => store.put(draft, key)))
    },
    drop: () => after(() => inStore('readwrite', (store) => store.delete(key))),
  }
}
