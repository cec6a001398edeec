import { defineStore } from 'pinia'
import { ref } from 'vue'

import type { LiveState } from './live-connection'

/** Whether news from the server arrives by itself at the moment. */
export const useConnection = defineStore('connection', () => {
  const live = ref<LiveState>('off')
  const online = ref(navigator.onLine)
  window.addEventListener('online', () => (online.value = true))
  window.addEventListener('offline', () => (online.value = false))
  return { live, online }
})

/** Where the WebSocket answers: the setting, or `/ws` of the page's own host. */
export function webSocketUrl(setting: string | undefined, page: { protocol: string; host: string }): string {
  if (setting) return setting
  return `${page.protocol === 'https:' ? 'wss:' : 'ws:'}//${page.host}/ws`
}
