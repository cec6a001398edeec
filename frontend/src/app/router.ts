import { nextTick } from 'vue'
import {
  createRouter,
  createWebHistory,
  loadRouteLocation,
  type RouteLocationNormalized,
  type Router,
} from 'vue-router'

import { analyticsRoutes } from '@/features/analytics/routes'
import { catalogueRoutes } from '@/features/catalogue/routes'
import { developerRoutes } from '@/features/developer/routes'
import { importRoutes } from '@/features/import/routes'
import { journalRoutes } from '@/features/journal/routes'
import { myDataRoutes } from '@/features/my-data/routes'
import { raceRoutes } from '@/features/race/routes'
import { raceLogRoutes } from '@/features/race-log/routes'
import { signInRoutes } from '@/features/sign-in/routes'
import { browserTimeZone } from '@/shared/format/preferences'
import { useSession } from '@/shared/session/session'
import { turn } from '@/shared/ui/turn'

import { loadMessages, type MessageSection } from './i18n'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's title. */
    title: string
    /** The sections of the messages that the page uses besides `core`. */
    messages?: MessageSection[]
    /** Whether the page is for signed-in drivers only. */
    signedIn?: boolean
  }
}

export function createAppRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      ...signInRoutes,
      ...raceLogRoutes,
      ...raceRoutes,
      ...journalRoutes,
      ...analyticsRoutes,
      ...catalogueRoutes,
      ...importRoutes,
      ...myDataRoutes,
      ...developerRoutes,
      {
        path: '/:path(.*)*',
        name: 'not-found',
        component: () => import('./layout/NotFoundPage.vue'),
        meta: { title: 'notFound.title' },
      },
    ],
    scrollBehavior: (to, from, saved) => {
      if (saved) return saved
      // The first page is at its top already.
      return to.path === from.path || from.matched.length === 0 ? false : { top: 0 }
    },
  })

  router.beforeEach(async (to) => {
    const session = useSession()
    if (to.name === 'sign-in-callback') return true
    if (session.state === 'starting') await begin(to)
    else await session.start()
    if (to.name === 'sign-in' && session.active) return { name: 'race-log', replace: true }
    if (to.meta.signedIn && session.state === 'signedOut') {
      return { name: 'sign-in', replace: true, state: { wanted: to.fullPath } }
    }
    return true
  })

  router.beforeResolve(async (to) => {
    await loadMessages(to.meta.messages ?? [])
  })

  router.afterEach((to, from, failure) => {
    if (failure) return
    if (to.path !== from.path && from.matched.length > 0) void announce(to)
  })

  return router
}

/**
 * Asks who is signed in, and loads the first page meanwhile. What surrounds the page is drawn in tasks of its own, before
 * and after: on a slow phone the browser answers in between.
 */
async function begin(to: RouteLocationNormalized): Promise<void> {
  const started = useSession().start()
  await turn()
  // If a file does not come, the router asks for it again, and tells.
  Promise.all([loadRouteLocation(to), loadMessages(to.meta.messages ?? [])]).catch(() => {})
  await turn()
  // What dates need has its time while the server thinks.
  browserTimeZone()
  await started
  await turn()
}

/** Moves the focus to the new page's heading, so that keyboards and screen readers are where the eye is. */
async function announce(to: RouteLocationNormalized): Promise<void> {
  await nextTick()
  if (to.matched.length === 0) return
  document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
}
