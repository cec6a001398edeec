import { onScopeDispose, ref, watch, type Ref } from 'vue'
import {
  useRoute,
  useRouter,
  type LocationQuery,
  type LocationQueryRaw,
  type RouteLocationNormalized,
} from 'vue-router'

import { filtersFromQuery, filtersToQuery, sameFilters, type Filters } from './filters'

/** What else a page keeps in its address, beside the filters. */
interface Beside {
  write: () => LocationQueryRaw
  read: (query: LocationQuery) => void
}

/**
 * The filters of a page, kept in its address. What is chosen answers at once; the address follows when the typing
 * pauses, and back, forward and links to other filters are followed.
 */
export function useFilters(beside?: Beside): Ref<Filters> {
  const route = useRoute()
  const router = useRouter()
  const page = route.name
  const filters = ref(filtersFromQuery(route.query))
  let timer: ReturnType<typeof setTimeout> | undefined
  let written = route.query

  watch([filters, () => beside?.write()], () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (route.name !== page) return
      const query = { ...filtersToQuery(filters.value), ...beside?.write() }
      void router.replace({ query }).then(() => (written = route.query))
    }, 250)
  })
  watch(
    () => route.query,
    (address) => {
      if (route.name !== page || address === written) return
      const fromAddress = filtersFromQuery(address)
      if (!sameFilters(fromAddress, filters.value)) filters.value = fromAddress
      beside?.read(address)
    },
  )
  onScopeDispose(() => clearTimeout(timer))
  return filters
}

/** The pages that share the filters, by their routes' names. */
const FILTERED: unknown[] = ['race-log', 'journal', 'analytics']

/** The way to a page: from one that shares the filters to another, with the filters. */
export function wayTo(name: string, { name: here, query }: RouteLocationNormalized) {
  const shared = name !== here && FILTERED.includes(name) && FILTERED.includes(here)
  return { name, query: shared ? filtersToQuery(filtersFromQuery(query)) : {} }
}
