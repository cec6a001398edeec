import type { Units } from './preferences'

function number(value: number, digits: number, locale: string): string {
  return value.toLocaleString(locale, { maximumFractionDigits: digits, minimumFractionDigits: digits })
}

export function temperature(celsius: number, units: Units, locale: string): string {
  return units === 'metric'
    ? `${number(celsius, 0, locale)} °C`
    : `${number((celsius * 9) / 5 + 32, 0, locale)} °F`
}

export function windSpeed(metersPerSecond: number, units: Units, locale: string): string {
  return units === 'metric'
    ? `${number(metersPerSecond * 3.6, 0, locale)} km/h`
    : `${number(metersPerSecond * 2.236936, 0, locale)} mph`
}

export function rainfall(millimeters: number, units: Units, locale: string): string {
  return units === 'metric'
    ? `${number(millimeters, 1, locale)} mm`
    : `${number(millimeters / 25.4, 2, locale)} in`
}

export function distance(kilometers: number, units: Units, locale: string): string {
  return units === 'metric'
    ? `${number(kilometers, 2, locale)} km`
    : `${number(kilometers / 1.609344, 2, locale)} mi`
}

export function speed(kilometersPerHour: number, units: Units, locale: string): string {
  return units === 'metric'
    ? `${number(kilometersPerHour, 0, locale)} km/h`
    : `${number(kilometersPerHour / 1.609344, 0, locale)} mph`
}

/** Of mechanical horsepower, in which iRacing tells it. */
export function power(horsepower: number, units: Units, locale: string): string {
  return units === 'metric'
    ? `${number(horsepower * 0.7457, 0, locale)} kW`
    : `${number(horsepower, 0, locale)} hp`
}

export function mass(kilograms: number, units: Units, locale: string): string {
  return units === 'metric'
    ? `${number(kilograms, 0, locale)} kg`
    : `${number(kilograms / 0.45359237, 0, locale)} lb`
}
