import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import type { Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'

import { i18n, loadMessages } from '@/app/i18n'
import { catalogueRoutes } from '@/features/catalogue/routes'

await loadMessages(['filters', 'import', 'journal', 'race', 'raceLog', 'signIn'])

/** Mounts a component with all that the application gives it. */
export function mountInApp(component: Component, props: Record<string, unknown> = {}) {
  const pinia = createPinia()
  setActivePinia(pinia)
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const page = { template: '<div />' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component: page },
      { path: '/races', name: 'race-log', component: page },
      { path: '/races/:driverRaceId', name: 'race', component: page },
      ...catalogueRoutes.map(({ path, name }) => ({ path, name, component: page })),
    ],
  })
  const wrapper = mount(component, {
    props,
    attachTo: document.body,
    global: { plugins: [pinia, i18n, router, [VueQueryPlugin, { queryClient }]] },
  })
  return { wrapper, queryClient, router }
}
