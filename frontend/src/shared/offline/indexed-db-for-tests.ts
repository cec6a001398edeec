/** The browser's IndexedDB, as far as the pages ask it: one store. */
export class IndexedDb {
  readonly entries = new Map<string, unknown>()
  /** Whether nothing more can be written, as on a device that is full. */
  full = false

  open() {
    const database = { createObjectStore: () => undefined, transaction: () => this.transaction() }
    const opening: Record<string, unknown> = { result: database }
    queueMicrotask(() => {
      call(opening.onupgradeneeded)
      call(opening.onsuccess)
    })
    return opening
  }

  private transaction() {
    const transaction: Record<string, unknown> = {}
    const request = (result: unknown, end = 'oncomplete') => {
      queueMicrotask(() => call(transaction[end]))
      return { result }
    }
    return Object.assign(transaction, {
      objectStore: () => ({
        get: (key: string) => request(this.entries.get(key)),
        getAllKeys: () => request([...this.entries.keys()].sort()),
        put: (value: unknown, key: string) => {
          if (this.full) return request(undefined, 'onabort')
          this.entries.set(key, structuredClone(value))
          return request(key)
        },
        delete: (key: string) => request(this.entries.delete(key)),
      }),
    })
  }
}

function call(listener: unknown): void {
  if (typeof listener === 'function') listener()
}
