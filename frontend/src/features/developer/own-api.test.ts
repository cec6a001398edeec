import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import {
  bodyOf,
  membersOf,
  operationsOf,
  parametersOf,
  pathOf,
  resolved,
  typeName,
  type Description,
} from './own-api'

const description = JSON.parse(readFileSync('openapi.json', 'utf8')) as Description

describe('the description of our own API', () => {
  it('is told by tag, each operation once', () => {
    const tags = operationsOf(description, '')
    const all = tags.flatMap(({ operations }) => operations)
    expect(tags.map(({ name }) => name)).toEqual(expect.arrayContaining(['auth', 'races', 'developer']))
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    expect(all.every(({ summary }) => Boolean(summary))).toBe(true)
  })

  it('is searched', () => {
    const found = operationsOf(description, 'POST /auth/refresh').flatMap(({ operations }) => operations)
    expect(found.map(({ id }) => id)).toEqual(['post /auth/refresh'])
  })

  it('names types, also behind references', () => {
    expect(typeName(description, { $ref: '#/components/schemas/Run' })).toBe('Run')
    expect(typeName(description, { type: 'array', items: { $ref: '#/components/schemas/Race' } })).toBe(
      'Race[]',
    )
    expect(typeName(description, { type: ['string', 'null'], format: 'date-time' })).toBe(
      'string (date-time) | null',
    )
    expect(typeName(description, { enum: ['a', 'b'] })).toBe('"a" | "b"')
    expect(typeName(description, {})).toBe('any')
  })

  it('shows the members of what is answered', () => {
    const [list] = operationsOf(description, 'get /ingestion/runs')[0]!.operations
    const answer = bodyOf(list!.responses?.['200'])!
    const members = membersOf(description, answer)
    expect(members.map(({ name }) => name)).toContain('items')
    const items = members.find(({ name }) => name === 'items')!
    expect(membersOf(description, items.schema).map(({ name }) => name)).toContain('runId')
  })

  it('puts aside that something may be null', () => {
    const reason = membersOf(description, { $ref: '#/components/schemas/Run' }).find(
      ({ name }) => name === 'reason',
    )!
    const { nullable, schema } = resolved(description, reason.schema)
    expect(nullable).toBe(true)
    expect(schema.enum).toContain('maintenance')
  })
})

describe('an operation to try', () => {
  const operation = (id: string) =>
    operationsOf(description, '')
      .flatMap(({ operations }) => operations)
      .find((one) => one.id === id)!

  it('asks for what its path and its query take', () => {
    const map = parametersOf(description, operation('get /track/{track_id}/map'))
    expect(map.map(({ name, type, required }) => [name, type, required])).toEqual([
      ['track_id', 'number', true],
      ['layer', 'strings', false],
    ])
    expect(map[1]!.note).toContain('"turns"')
    const analytics = parametersOf(description, operation('get /driver/{driver_id}/analytics'))
    const typeOf = (wanted: string) => analytics.find(({ name }) => name === wanted)!.type
    expect(['carId', 'team', 'timeZone'].map(typeOf)).toEqual(['numbers', 'boolean', 'string'])
  })

  it('has an address with all that was given', () => {
    const map = operation('get /track/{track_id}/map')
    expect(pathOf(map, { track_id: ' 7 ', layer: 'turns, active' })).toBe(
      '/track/7/map?layer=turns&layer=active',
    )
    expect(pathOf(map, { track_id: '7' })).toBe('/track/7/map')
    const iracing = operation('get /developer/iracing-api/{*path}')
    expect(pathOf(iracing, { path: 'results/get' })).toBe('/developer/iracing-api/results/get')
    const races = operation('get /driver/{driver_id}/races/{driver_race_id}/journal')
    expect(pathOf(races, { driver_id: '1', driver_race_id: '17-2?x' })).toBe(
      '/driver/1/races/17-2%3Fx/journal',
    )
  })
})
