import type { RouteRecordRaw } from 'vue-router'

export const signInRoutes: RouteRecordRaw[] = [
  {
    path: '/',
    name: 'sign-in',
    component: () => import('./SignInPage.vue'),
    meta: { title: 'signIn.title', messages: ['signIn'] },
  },
  {
    path: '/auth/ir/callback',
    name: 'sign-in-callback',
    component: () => import('./SignInCallbackPage.vue'),
    meta: { title: 'signIn.callback.title', messages: ['signIn'] },
  },
]
