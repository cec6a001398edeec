import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { bodyOf, membersOf, operationsOf, resolved, typeName, type Description } from './own-api'

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
