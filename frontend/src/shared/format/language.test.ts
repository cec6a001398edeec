import { describe, expect, it } from 'vitest'

import { bestLanguage, type Language } from './language'
import { preferences, textOrder } from './preferences'

describe('the language of the pages', () => {
  it('is the first wish that can be met', () => {
    expect(bestLanguage(['fr-FR', 'de-AT', 'en-US'])).toBe('de')
    expect(bestLanguage(['es-419'])).toBe('es')
  })

  it('is the English of where the driver is', () => {
    expect(bestLanguage(['en'])).toBe('en-US')
    expect(bestLanguage(['en-CA'])).toBe('en-US')
    expect(bestLanguage(['en-AU'])).toBe('en-GB')
  })

  it('is American English when no wish can be met', () => {
    expect(bestLanguage(['fr', 'pt-BR'])).toBe('en-US')
    expect(bestLanguage([])).toBe('en-US')
  })
})

it('orders texts as the chosen language does, and numbers in them by their value', () => {
  const texts = ['ñandú', 'nutria', 'nandú 10', 'nandú 9']
  const ordered = (language: Language) => {
    preferences.language = language
    return [...texts].sort(textOrder())
  }
  expect(ordered('es')).toEqual(['nandú 9', 'nandú 10', 'nutria', 'ñandú'])
  expect(ordered('en-US')).toEqual(['ñandú', 'nandú 9', 'nandú 10', 'nutria'])
  preferences.language = null
})
