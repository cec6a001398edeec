import type { RouteRecordRaw } from 'vue-router'

export const analyticsRoutes: RouteRecordRaw[] = [
  {
    path: '/analytics',
    name: 'analytics',
    component: () => import('./AnalyticsPage.vue'),
    meta: { title: 'analytics.title', messages: ['analytics', 'figures', 'filters'], signedIn: true },
  },
]
