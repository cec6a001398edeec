/** What iRacing's documentation says a parameter is; `numbers` is a list with commas. Our own API has `strings`, too. */
export type ParameterType = 'number' | 'numbers' | 'boolean' | 'string' | 'strings'

export interface Parameter {
  name: string
  type: ParameterType
  required: boolean
  note: string
}

export interface Endpoint {
  /** `results/get`, below `/data/`. */
  path: string
  service: string
  name: string
  /** Where iRacing answers. */
  link: string
  notes: string[]
  parameters: Parameter[]
  /** How long iRacing keeps an answer, in seconds. */
  cachedFor: number | null
}

export interface Service {
  name: string
  endpoints: Endpoint[]
}

type Tree = Record<string, unknown>

function tree(value: unknown): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {}
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (text): text is string => typeof text === 'string' && text !== '',
  )
}

const TYPES: readonly string[] = ['number', 'numbers', 'boolean', 'string'] satisfies ParameterType[]

function parameter(name: string, said: Tree): Parameter {
  const type = String(said.type)
  return {
    name,
    type: TYPES.includes(type) ? (type as ParameterType) : 'string',
    required: said.required === true,
    note: texts(said.note).join(' '),
  }
}

/** Reads `/data/doc`; what is not as it always was is left out rather than failed at. */
export function readDocumentation(body: unknown): Service[] {
  return Object.entries(tree(body)).map(([service, endpoints]) => ({
    name: service,
    endpoints: Object.entries(tree(endpoints)).map(([name, value]) => {
      const said = tree(value)
      return {
        path: `${service}/${name}`,
        service,
        name,
        link:
          typeof said.link === 'string'
            ? said.link
            : `https://members-ng.iracing.com/data/${service}/${name}`,
        notes: texts(said.note),
        parameters: Object.entries(tree(said.parameters)).map(([parameterName, of]) =>
          parameter(parameterName, tree(of)),
        ),
        cachedFor: typeof said.expirationSeconds === 'number' ? said.expirationSeconds : null,
      }
    }),
  }))
}

/** The endpoints that hold all the words, in path, notes or parameters; services without one are left out. */
export function searchServices(services: readonly Service[], wanted: string): Service[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...services]
  return services
    .map((service) => ({
      ...service,
      endpoints: service.endpoints.filter(({ path, notes, parameters }) => {
        const text = [path, ...notes, ...parameters.map(({ name }) => name)].join('\n').toLowerCase()
        return words.every((word) => text.includes(word))
      }),
    }))
    .filter(({ endpoints }) => endpoints.length > 0)
}

export type Values = Record<string, string>
export type ValueProblem = 'required' | 'number' | 'numbers'

/** What is wrong with the values of parameters, by name. */
export function problemsOf(parameters: readonly Parameter[], values: Values): Record<string, ValueProblem> {
  const problems: Record<string, ValueProblem> = {}
  for (const { name, type, required } of parameters) {
    const value = (values[name] ?? '').trim()
    if (value === '') {
      if (required) problems[name] = 'required'
    } else if (type === 'number' && !/^-?\d+$/.test(value)) problems[name] = 'number'
    else if (type === 'numbers' && !/^-?\d+(\s*,\s*-?\d+)*$/.test(value)) problems[name] = 'numbers'
  }
  return problems
}

/** The query that the values make, without what is left empty: `?cust_id=1`, or nothing. */
export function queryOf(endpoint: Endpoint, values: Values): string {
  const query = new URLSearchParams()
  for (const { name, type } of endpoint.parameters) {
    const value = (values[name] ?? '').trim()
    if (value !== '') query.set(name, type === 'numbers' ? value.replace(/\s+/g, '') : value)
  }
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

/** The same question for a shell. The token is named, not told: what is copied may be pasted anywhere. */
export function curlOf(address: string, token: 'IRACING_TOKEN' | 'SPINOUT_TOKEN'): string {
  return `curl --header "Authorization: Bearer $${token}" '${address.replaceAll("'", "'\\''")}'`
}
