import type { RouteRecordRaw } from 'vue-router'

export const catalogueRoutes: RouteRecordRaw[] = [
  {
    path: '/tracks',
    name: 'tracks',
    component: () => import('./TracksPage.vue'),
    meta: { title: 'catalogue.tracks', messages: ['catalogue', 'figures'], signedIn: true },
  },
  {
    path: '/tracks/:trackId(\\d+)',
    name: 'track',
    component: () => import('./TrackPage.vue'),
    meta: { title: 'catalogue.track', messages: ['catalogue', 'figures'], signedIn: true },
  },
  {
    path: '/cars',
    name: 'cars',
    component: () => import('./CarsPage.vue'),
    meta: { title: 'catalogue.cars', messages: ['catalogue', 'figures'], signedIn: true },
  },
  {
    path: '/cars/:carId(\\d+)',
    name: 'car',
    component: () => import('./CarPage.vue'),
    meta: { title: 'catalogue.car', messages: ['catalogue', 'figures'], signedIn: true },
  },
  {
    path: '/series',
    name: 'all-series',
    component: () => import('./SeriesListPage.vue'),
    meta: { title: 'catalogue.series', messages: ['catalogue', 'figures'], signedIn: true },
  },
  {
    path: '/series/:seriesId(\\d+)',
    name: 'series',
    component: () => import('./SeriesPage.vue'),
    meta: { title: 'catalogue.seriesOne', messages: ['catalogue', 'figures'], signedIn: true },
  },
]
