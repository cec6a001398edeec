import { describe, expect, it } from 'vitest'

import { readPreferences } from './preferences'
import { distance, mass, power, rainfall, speed, temperature, windSpeed } from './units'

describe('units', () => {
  it('are the driver’s', () => {
    expect(temperature(23.4, 'metric', 'en-US')).toBe('23 °C')
    expect(temperature(23.4, 'imperial', 'en-US')).toBe('74 °F')
    expect(windSpeed(10, 'metric', 'en-US')).toBe('36 km/h')
    expect(windSpeed(10, 'imperial', 'en-US')).toBe('22 mph')
    expect(rainfall(25.4, 'imperial', 'en-US')).toBe('1.00 in')
    expect(distance(5.891, 'metric', 'en-US')).toBe('5.89 km')
    expect(distance(5.891, 'imperial', 'en-US')).toBe('3.66 mi')
    expect(speed(60, 'imperial', 'en-US')).toBe('37 mph')
    expect(power(1000, 'metric', 'de-DE')).toBe('746 kW')
    expect(power(1000, 'imperial', 'en-US')).toBe('1,000 hp')
    expect(mass(1430, 'imperial', 'de-DE')).toBe('3.153 lb')
  })
})

describe('stored preferences', () => {
  it('are taken as far as they are valid', () => {
    expect(readPreferences({ theme: 'dark', units: 'imperial', timeZone: 'Europe/Oslo' })).toEqual({
      language: null,
      shortcuts: true,
      theme: 'dark',
      units: 'imperial',
      timeZone: 'Europe/Oslo',
    })
    expect(
      readPreferences({ theme: 'pink', units: 3, timeZone: 'Mars/Base', language: 'x', shortcuts: 1 }),
    ).toEqual(readPreferences(null))
    expect(readPreferences(null)).toEqual({
      language: null,
      shortcuts: true,
      theme: 'system',
      units: 'metric',
      timeZone: null,
    })
    expect(readPreferences({ language: 'de', shortcuts: false })).toMatchObject({
      language: 'de',
      shortcuts: false,
    })
  })
})
