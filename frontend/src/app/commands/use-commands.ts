import { computed, inject } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter, type RouteLocationRaw } from 'vue-router'

import { LANGUAGE_NAMES, LANGUAGES } from '@/shared/format/language'
import { preferences } from '@/shared/format/preferences'
import { useFormat } from '@/shared/format/use-format'
import { choicesOf } from '@/shared/races/filters'
import { trackLabel } from '@/shared/races/rows'
import { wayTo } from '@/shared/races/use-filters'
import { useRaces } from '@/shared/races/use-races'
import { useSession } from '@/shared/session/session'
import { syncActionKey } from '@/shared/ui/sync-action'

import { opened } from './opened'
import { DEVELOPER_PAGES, PAGES } from './pages'
import type { Findable } from './search'

export type Group = 'pages' | 'actions' | 'tracks' | 'cars' | 'series' | 'races'

/** One line of the palette. */
export interface Command extends Findable {
  id: string
  group: Group
  note?: string
  run: () => void
}

/** Everything that the palette offers the signed-in driver. */
export function useCommands() {
  const { t } = useI18n()
  const format = useFormat()
  const router = useRouter()
  const session = useSession()
  const sync = inject(syncActionKey)
  const { rows } = useRaces()

  const show = (to: RouteLocationRaw) => () => void router.push(to)

  const pages = computed<Command[]>(() =>
    [...PAGES, ...(session.driver?.entitlements.includes('developer') ? DEVELOPER_PAGES : [])].map(
      ({ name, title }) => ({
        id: `page-${name}`,
        group: 'pages',
        label: t(title),
        run: show(wayTo(name, router.currentRoute.value)),
      }),
    ),
  )

  const actions = computed<Command[]>(() => {
    const action = (id: string, label: string, run: () => void): Command => ({
      id: `action-${id}`,
      group: 'actions',
      label,
      run,
    })
    return [
      ...(sync?.possible.value ? [action('sync', t('commands.action.sync'), sync.start)] : []),
      action('sheet', t('commands.action.sheet'), () => (opened.value = 'sheet')),
      ...(['light', 'dark', 'system'] as const)
        .filter((theme) => theme !== preferences.theme)
        .map((theme) => action(theme, t(`commands.action.${theme}`), () => (preferences.theme = theme))),
      ...(['metric', 'imperial'] as const)
        .filter((units) => units !== preferences.units)
        .map((units) => action(units, t(`commands.action.${units}`), () => (preferences.units = units))),
      ...LANGUAGES.filter((language) => language !== preferences.language).map((language) =>
        action(
          language,
          t('commands.action.language', { name: LANGUAGE_NAMES[language] }),
          () => (preferences.language = language),
        ),
      ),
      action('sign-out', t('commands.action.signOut'), () => void session.signOut()),
    ]
  })

  const choices = computed(() => choicesOf(rows.value))
  const count = (races: number) => t('commands.palette.races', { count: format.number(races) }, races)

  const tracks = computed<Command[]>(() =>
    choices.value.tracks
      .flatMap(({ layouts }) => layouts)
      .map(({ value, label, count: races }) => ({
        id: `track-${value}`,
        group: 'tracks',
        label,
        note: count(races),
        run: show({ name: 'track', params: { trackId: value } }),
      })),
  )
  const cars = computed<Command[]>(() =>
    choices.value.cars.map(({ value, label, count: races }) => ({
      id: `car-${value}`,
      group: 'cars',
      label,
      note: count(races),
      run: show({ name: 'car', params: { carId: value } }),
    })),
  )
  const series = computed<Command[]>(() =>
    choices.value.series.map(({ value, label, count: races }) => ({
      id: `series-${value}`,
      group: 'series',
      label,
      note: count(races),
      run: show({ name: 'series', params: { seriesId: value } }),
    })),
  )
  const races = computed<Command[]>(() =>
    rows.value.map(({ race, text }) => ({
      id: `race-${race.driverRaceId}`,
      group: 'races',
      label: t('commands.palette.race', { series: race.seriesName, track: trackLabel(race) }),
      words: text,
      note: format.date(race.startTime),
      run: show({ name: 'race', params: { driverRaceId: race.driverRaceId } }),
    })),
  )

  return { pages, actions, tracks, cars, series, races }
}
