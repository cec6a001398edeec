import type { RouteRecordRaw } from 'vue-router'

export const myDataRoutes: RouteRecordRaw[] = [
  {
    path: '/my-data',
    name: 'my-data',
    component: () => import('./MyDataPage.vue'),
    meta: { title: 'myData.title', messages: ['myData'], signedIn: true },
  },
]
