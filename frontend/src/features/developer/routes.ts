import type { RouteRecordRaw } from 'vue-router'

export const developerRoutes: RouteRecordRaw[] = [
  {
    path: '/developer',
    name: 'api-explorer',
    component: () => import('./ApiExplorerPage.vue'),
    meta: { title: 'developer.explorer.title', messages: ['developer'], signedIn: true },
  },
  {
    path: '/developer/tokens',
    name: 'tokens',
    component: () => import('./TokensPage.vue'),
    meta: { title: 'developer.tokens.title', messages: ['developer'], signedIn: true },
  },
  {
    path: '/developer/openapi',
    name: 'own-api',
    component: () => import('./OwnApiPage.vue'),
    meta: { title: 'developer.own.title', messages: ['developer'], signedIn: true },
  },
]
