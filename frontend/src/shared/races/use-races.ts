import { useInfiniteQuery } from '@tanstack/vue-query'
import { computed, watch } from 'vue'

import { useFormat } from '@/shared/format/use-format'
import { useSession } from '@/shared/session/session'

import { raceLogQuery, racesOf } from './queries'
import { rowsOf } from './rows'

/** All races of the signed-in driver: the first page as soon as it is there, the rest of the career behind it. */
export function useRaces() {
  const session = useSession()
  const { timeZone } = useFormat()
  const driverId = computed(() => session.driver?.driverId ?? 0)
  const query = useInfiniteQuery(
    // Thousands of races are not to be watched one by one.
    computed(() => ({ ...raceLogQuery(driverId.value), enabled: driverId.value > 0, shallow: true })),
  )
  const { data, error, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage, refetch } = query
  watch(
    [hasNextPage, isFetching, isFetchNextPageError],
    ([more, busy, failed]) => {
      if (more && !busy && !failed) void fetchNextPage()
    },
    { immediate: true },
  )
  return {
    driverId,
    rows: computed(() => rowsOf(racesOf(data.value), timeZone.value)),
    /** Whether there is anything yet, be it an empty log. */
    known: computed(() => data.value !== undefined),
    error,
    /** Whether more of the career is to come. */
    loading: hasNextPage,
    partial: isFetchNextPageError,
    fetchNextPage,
    refetch,
  }
}
