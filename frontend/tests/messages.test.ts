import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { SHAPES } from './message-shapes'

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.(ts|vue)$/.test(entry.name) && !entry.name.endsWith('.test.ts')
      ? [readFileSync(path, 'utf8')]
      : []
  })
}

function keysOf(tree: object, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'object' ? keysOf(value, `${prefix}${name}.`) : [prefix + name],
  )
}

function keysOfLanguage(language: string): string[] {
  const folder = join('src/app/i18n/messages', language)
  return readdirSync(folder).flatMap((file) =>
    keysOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as object),
  )
}

const code = sources('src').join('\n')
const keys = keysOfLanguage('en-US')
/** `t('a.b')`, and titles of routes. */
const fixed = [...code.matchAll(/\b(?:t\(\s*|title: )'([\w.]+)'/g)].map(([, key]) => key!)
/** t(`a.${b}.c`), as `a.*.c`. */
const shapes = [...code.matchAll(/`([a-z]\w*\.(?:[\w.]|\$\{[^}]*\})*)`/gi)]
  .filter(([, shape]) => shape!.includes('${'))
  .map(([, shape]) => shape!.replace(/\$\{[^}]*\}/g, '*'))
/** What is built of them: of several stars, the values are joined by dots. */
const built = Object.entries(SHAPES).flatMap(([shape, values]) =>
  values.split(' ').map((value) => value.split('.').reduce((key, part) => key.replace('*', part), shape)),
)

/** The sections that are there whenever code of a folder of features speaks: what its routes load. */
function sectionsOf(feature: string): string[] {
  const routes = join('src/features', feature, 'routes.ts')
  const named = existsSync(routes)
    ? [...readFileSync(routes, 'utf8').matchAll(/messages: \[([^\]]*)\]/g)].flatMap(([, list]) => [
        ...list!.matchAll(/'(\w+)'/g),
      ])
    : []
  return ['core', ...named.map(([, section]) => section!)]
}

/** What shared folders say beside the core; the pages that use them load it. */
const SHARED: Record<string, string[]> = { races: ['core', 'figures', 'filters'] }

/** Keys and beginnings of keys that the code of a folder asks for, but that its sections do not have. */
function strangers(folder: string, sections: readonly string[]): string[] {
  const known = sections.flatMap((section) =>
    keysOf(JSON.parse(readFileSync(`src/app/i18n/messages/en-US/${section}.json`, 'utf8')) as object),
  )
  const asked = sources(folder).flatMap((text) => [
    ...[...text.matchAll(/\bt\(\s*'([\w.]+)'/g)].map(([, key]) => key!),
    ...[...text.matchAll(/\bt\(\s*`([\w.]+\.)\$\{/g)].map(([, beginning]) => beginning!),
  ])
  return asked.filter(
    (key) => !known.some((other) => other === key || (key.endsWith('.') && other.startsWith(key))),
  )
}

describe('messages', () => {
  it('has every message that the code asks for', () => {
    expect(fixed.filter((key) => !keys.includes(key))).toEqual([])
    expect(fixed.length).toBeGreaterThan(100)
  })

  it('has every message that the code builds, of the values that are listed', () => {
    expect([...new Set(shapes)].sort()).toEqual(Object.keys(SHAPES).sort())
    expect(built.filter((key) => !keys.includes(key))).toEqual([])
  })

  it('has no message that nobody asks for', () => {
    const used = new Set([...fixed, ...built])
    expect(keys.filter((key) => !used.has(key))).toEqual([])
  })

  it('are there whenever a page says them', () => {
    for (const folder of readdirSync('src/shared')) {
      expect(strangers(join('src/shared', folder), SHARED[folder] ?? ['core']), folder).toEqual([])
    }
    expect(strangers('src/app', ['core', 'commands'])).toEqual([])
    expect(strangers('src/app/layout', ['core'])).toEqual([])
    for (const feature of readdirSync('src/features')) {
      expect(strangers(join('src/features', feature), sectionsOf(feature)), feature).toEqual([])
      const filtered = sources(join('src/features', feature)).some((text) => text.includes('RaceFilters.vue'))
      if (filtered) expect(sectionsOf(feature), feature).toContain('filters')
    }
  })
})
