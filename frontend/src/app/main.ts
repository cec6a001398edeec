import '@/shared/ui/base.css'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { createPinia } from 'pinia'
import { createApp } from 'vue'

import { keepPreferences } from '@/shared/format/preferences'

import AppRoot from './AppRoot.vue'
import { i18n } from './i18n'
import { createQueryClient } from './query-client'
import { createAppRouter } from './router'

keepPreferences()

createApp(AppRoot)
  .use(createPinia())
  .use(i18n)
  .use(VueQueryPlugin, { queryClient: createQueryClient() })
  .use(createAppRouter())
  .mount('#app')
