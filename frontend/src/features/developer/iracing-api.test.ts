import { describe, expect, it } from 'vitest'

import { curlOf, problemsOf, queryOf, readDocumentation, searchServices } from './iracing-api'

const DOCUMENTATION = {
  car: { get: { link: 'https://members-ng.iracing.com/data/car/get', expirationSeconds: 900 } },
  results: {
    get: {
      link: 'https://members-ng.iracing.com/data/results/get',
      note: ['Get the results of a subsession,', 'if authorized to view them.'],
      parameters: {
        subsession_id: { type: 'number', required: true },
        include_licenses: { type: 'boolean' },
      },
    },
    search_hosted: {
      link: 'https://members-ng.iracing.com/data/results/search_hosted',
      note: 'Maximum time frame of 90 days.',
      parameters: {
        session_name: { type: 'string', note: 'Part or all of the name.' },
        category_ids: { type: 'numbers' },
      },
    },
  },
}
const services = readDocumentation(DOCUMENTATION)
const [get, search] = services[1]!.endpoints

describe('iRacing’s documentation', () => {
  it('is read with notes and parameters', () => {
    expect(services.map(({ name }) => name)).toEqual(['car', 'results'])
    expect(get).toMatchObject({
      path: 'results/get',
      notes: ['Get the results of a subsession,', 'if authorized to view them.'],
      cachedFor: null,
    })
    expect(get!.parameters[0]).toEqual({ name: 'subsession_id', type: 'number', required: true, note: '' })
  })

  it('may be of a shape that nobody expected', () => {
    expect(readDocumentation(null)).toEqual([])
    expect(readDocumentation({ car: 7, track: { get: [] } })[1]!.endpoints[0]!.link).toBe(
      'https://members-ng.iracing.com/data/track/get',
    )
    const odd = readDocumentation({ a: { b: { parameters: { c: { type: 'date' } } } } })
    expect(odd[0]!.endpoints[0]!.parameters[0]!.type).toBe('string')
  })

  it('is searched in paths, notes and parameters', () => {
    const paths = (wanted: string) =>
      searchServices(services, wanted).flatMap(({ endpoints }) => endpoints.map(({ path }) => path))
    expect(paths('')).toHaveLength(3)
    expect(paths('RESULTS 90 days')).toEqual(['results/search_hosted'])
    expect(paths('subsession_id')).toEqual(['results/get'])
    expect(paths('nothing')).toEqual([])
  })
})

describe('a question to iRacing', () => {
  it('leaves out what is empty, and puts lists together', () => {
    expect(queryOf(get!, { subsession_id: ' 7 ', include_licenses: '' })).toBe('?subsession_id=7')
    expect(queryOf(search!, { category_ids: '1, 2 ,3' })).toBe('?category_ids=1%2C2%2C3')
    expect(queryOf(get!, {})).toBe('')
  })

  it('names what is missing or no number', () => {
    expect(problemsOf(get!.parameters, {})).toEqual({ subsession_id: 'required' })
    expect(problemsOf(get!.parameters, { subsession_id: '7x' })).toEqual({ subsession_id: 'number' })
    expect(problemsOf(search!.parameters, { category_ids: '1,,2' })).toEqual({ category_ids: 'numbers' })
    expect(problemsOf(search!.parameters, { category_ids: '1, 2' })).toEqual({})
  })

  it('becomes a line for a shell that no value can break out of, without the token', () => {
    expect(
      curlOf(search!.link + queryOf(search!, { session_name: `it's "$HOME" & more` }), 'IRACING_TOKEN'),
    ).toBe(
      `curl --header "Authorization: Bearer $IRACING_TOKEN" ` +
        `'https://members-ng.iracing.com/data/results/search_hosted?session_name=it%27s+%22%24HOME%22+%26+more'`,
    )
    expect(curlOf("https://x/'; rm", 'IRACING_TOKEN')).toBe(
      `curl --header "Authorization: Bearer $IRACING_TOKEN" 'https://x/'\\''; rm'`,
    )
  })
})
