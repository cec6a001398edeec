import '@/shared/ui/base.css'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'

import { chosenLanguage, keepPreferences } from '@/shared/format/preferences'
import { turn } from '@/shared/ui/turn'

import AppRoot from './AppRoot.vue'
import { i18n, speak } from './i18n'
import { createQueryClient } from './query-client'
import { createAppRouter } from './router'

async function start(): Promise<void> {
  keepPreferences()
  // Without the words of the driver's language, when the line is down, the pages still speak English.
  await speak(chosenLanguage()).catch(reportError)
  // The program has been read; the routes are laid out, and the page is drawn, in tasks of their own.
  await turn()
  const router = createAppRouter()
  await turn()

  createApp(AppRoot)
    .use(createPinia())
    .use(i18n)
    .use(VueQueryPlugin, { queryClient: createQueryClient() })
    .use(router)
    .mount('#app')
}

// Not awaited at the top: what the words come with imports this file, and would wait for its end.
void start()
