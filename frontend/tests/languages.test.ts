import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { i18n, loadMessages, speak } from '@/app/i18n'
import { LANGUAGE_NAMES, LANGUAGES } from '@/shared/format/language'

const FOLDER = 'src/app/i18n/messages'

type Texts = Map<string, string>

function texts(tree: object, prefix: string, into: Texts = new Map()): Texts {
  for (const [name, value] of Object.entries(tree) as [string, object | string][]) {
    if (typeof value === 'string') into.set(prefix + name, value)
    else texts(value, `${prefix}${name}.`, into)
  }
  return into
}

function textsOf(language: string): Texts {
  const all: Texts = new Map()
  for (const file of readdirSync(join(FOLDER, language)).filter((name) => name.endsWith('.json'))) {
    const tree = JSON.parse(readFileSync(join(FOLDER, language, file), 'utf8')) as object
    for (const [key, text] of texts(tree, `${file}: `)) all.set(key, text)
  }
  return all
}

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort().join(' ')
const forms = (text: string) => text.split(' | ').length

const american = textsOf('en-US')
const others = LANGUAGES.filter((language) => language !== 'en-US')

describe('languages', () => {
  it('are those that have messages', () => {
    expect(readdirSync(FOLDER).sort()).toEqual([...LANGUAGES].sort())
    expect(Object.keys(LANGUAGE_NAMES).sort()).toEqual([...LANGUAGES].sort())
  })

  it.each(others)('say nothing that American English does not say: %s', (language) => {
    expect([...textsOf(language).keys()].filter((key) => !american.has(key))).toEqual([])
  })

  // British English says only what it says differently.
  it.each(others.filter((language) => language !== 'en-GB'))('say all that it says: %s', (language) => {
    const said = textsOf(language)
    expect([...american.keys()].filter((key) => !said.has(key))).toEqual([])
  })

  it.each(others)('put in the same values, and have the same plural forms: %s', (language) => {
    const wrong = [...textsOf(language)].filter(([key, text]) => {
      const model = american.get(key) ?? text
      return placeholders(text) !== placeholders(model) || forms(text) !== forms(model)
    })
    expect(wrong).toEqual([])
  })

  // All words of a language are loaded, and compiled on the way.
  it('are spoken with the words of all open pages', { timeout: 60_000 }, async () => {
    await loadMessages(['filters'])
    await speak('de')
    expect(document.documentElement.lang).toBe('de')
    expect(i18n.global.t('filters.clear')).toBe('Filter löschen')
    expect(i18n.global.t('duration.minutes', 1)).toBe('1 Minute')
    expect(i18n.global.t('duration.minutes', 3)).toBe('3 Minuten')

    await loadMessages(['signIn'])
    expect(i18n.global.t('signIn.title')).toBe('Anmelden')
  })

  it('say in Britain what America says, where nothing is different', { timeout: 60_000 }, async () => {
    await loadMessages(['race'])
    await speak('en-GB')
    expect(i18n.global.t('filters.clear')).toBe('Clear filters')
    expect(i18n.global.t('app.home')).toBe('Spinout, home')
    expect(i18n.global.t('race.charts.nobody')).toBe('Nobody is in colour.')
    await speak('en-US')
    expect(i18n.global.t('race.charts.nobody')).toBe('Nobody is in color.')
  })
})
