import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { browserTimeZone, preferences } from './preferences'
import type { SafetyRating } from './rating'
import { duration, moment, type DateStyle } from './time'
import * as units from './units'

const MINUS = '−'

const formats = new Map<string, Intl.NumberFormat>()

/** Kept, because making one takes longer than a hundred numbers. */
function formatOf(locale: string, digits: number | 'percent'): Intl.NumberFormat {
  const key = `${locale} ${digits}`
  let found = formats.get(key)
  if (!found) {
    const options: Intl.NumberFormatOptions =
      digits === 'percent'
        ? { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 }
        : { minimumFractionDigits: digits, maximumFractionDigits: digits }
    formats.set(key, (found = new Intl.NumberFormat(locale, options)))
  }
  return found
}

/** Formatting as the driver chose it: language, time zone, units. Reads reactive state, so results follow changes. */
export function useFormat() {
  const { locale } = useI18n()
  const timeZone = computed(() => preferences.timeZone ?? browserTimeZone())
  const number = (value: number, digits = 0) => formatOf(locale.value, digits).format(value)
  return {
    timeZone,
    date: (at: string | number, style: DateStyle = 'day') => moment(at, style, locale.value, timeZone.value),
    number,
    /** A number with its sign, `+45`, `−12`, `0`: what rounds to nothing has none. */
    signed: (value: number, digits = 0) => {
      const sign = Number(value.toFixed(digits)) === 0 ? '' : value < 0 ? MINUS : '+'
      return sign + number(Math.abs(value), digits)
    },
    safetyRating: ({ license, safety }: SafetyRating) => `${license} ${number(safety, 2)}`,
    percent: (share: number) => formatOf(locale.value, 'percent').format(share),
    duration: (ticks: number, digits = 1) => duration(ticks, digits, locale.value),
    temperature: (celsius: number) => units.temperature(celsius, preferences.units, locale.value),
    windSpeed: (metersPerSecond: number) => units.windSpeed(metersPerSecond, preferences.units, locale.value),
    distance: (kilometers: number) => units.distance(kilometers, preferences.units, locale.value),
    speed: (kilometersPerHour: number) => units.speed(kilometersPerHour, preferences.units, locale.value),
    power: (horsepower: number) => units.power(horsepower, preferences.units, locale.value),
    mass: (kilograms: number) => units.mass(kilograms, preferences.units, locale.value),
    rainfall: (millimeters: number) => units.rainfall(millimeters, preferences.units, locale.value),
  }
}
