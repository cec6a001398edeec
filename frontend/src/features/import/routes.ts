import type { RouteRecordRaw } from 'vue-router'

export const importRoutes: RouteRecordRaw[] = [
  {
    path: '/import',
    name: 'import',
    component: () => import('./ImportFilePage.vue'),
    meta: { title: 'import.title', messages: ['import'], signedIn: true },
  },
]
