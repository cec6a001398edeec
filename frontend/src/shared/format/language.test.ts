import { describe, expect, it } from 'vitest'

import { bestLanguage } from './language'

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
