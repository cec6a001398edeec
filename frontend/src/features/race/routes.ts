import type { RouteRecordRaw } from 'vue-router'

export const raceRoutes: RouteRecordRaw[] = [
  {
    path: '/races/:driverRaceId',
    name: 'race',
    component: () => import('./RacePage.vue'),
    props: true,
    meta: { title: 'race.title', messages: ['race', 'journal'], signedIn: true },
  },
]
