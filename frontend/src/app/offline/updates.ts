import { ref } from 'vue'

/** A new version of the pages that is there and waits to take over. */
export const waiting = ref<ServiceWorker | null>(null)

/** Lets the new version take over, here and in the other tabs. */
export function takeOver(): void {
  waiting.value?.postMessage('take over')
}
