import { useI18n } from 'vue-i18n'

import { NONE } from '@/shared/format/time'
import { useFormat } from '@/shared/format/use-format'

const TICKS_PER_MINUTE = 600_000

/** How figures over races are written. What there is nothing to tell of is a dash. */
export function useFigures() {
  const { t } = useI18n()
  const { number, percent, signed } = useFormat()
  return {
    count: (value: number) => number(value),
    mean: (value: number | null, digits = 1) => (value === null ? NONE : number(value, digits)),
    share: (value: number | null) => (value === null ? NONE : percent(value)),
    change: (value: number | null, digits: number) => (value === null ? NONE : signed(value, digits)),
    /** Ticks as hours, and minutes while there are few. */
    time: (ticks: number | null) => {
      if (ticks === null) return NONE
      const minutes = Math.round(ticks / TICKS_PER_MINUTE)
      const hours = Math.floor(minutes / 60)
      if (hours === 0) return t('figures.minutes', { minutes })
      return hours < 20
        ? t('figures.hoursAndMinutes', { hours, minutes: minutes % 60 })
        : t('figures.hours', { hours: number(Math.round(minutes / 60)) })
    },
  }
}
