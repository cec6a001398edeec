import type { RouteRecordRaw } from 'vue-router'

import RaceLogPage from './RaceLogPage.vue'

export const raceLogRoutes: RouteRecordRaw[] = [
  {
    path: '/races',
    name: 'race-log',
    // Where every driver arrives: it comes with the start.
    component: RaceLogPage,
    meta: { title: 'raceLog.title', messages: ['filters', 'raceLog'], signedIn: true },
  },
]
