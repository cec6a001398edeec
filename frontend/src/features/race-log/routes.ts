import type { RouteRecordRaw } from 'vue-router'

export const raceLogRoutes: RouteRecordRaw[] = [
  {
    path: '/races',
    name: 'race-log',
    component: () => import('./RaceLogPage.vue'),
    meta: { title: 'raceLog.title', messages: ['filters', 'raceLog'], signedIn: true },
  },
]
