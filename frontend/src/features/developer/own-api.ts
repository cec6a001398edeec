import type { Parameter, ParameterType, Values } from './iracing-api'

/** A schema of OpenAPI 3.1, as far as our own description uses it. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  description?: string
  enum?: (string | number | null)[]
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  oneOf?: Schema[]
  allOf?: Schema[]
  minimum?: number
}

interface Content {
  content?: Record<string, { schema?: Schema }>
  description?: string
}

export interface Described {
  tags?: string[]
  summary?: string
  description?: string
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[]
  requestBody?: Content
  responses?: Record<string, Content>
  security?: Record<string, string[]>[]
}

/** An OpenAPI description. */
export interface Description {
  info: { title: string; version: string; description?: string }
  paths: Record<string, Record<string, Described>>
  components?: { schemas?: Record<string, Schema> }
}

export interface Operation extends Described {
  id: string
  method: string
  path: string
}

export interface Tag {
  name: string
  operations: Operation[]
}

/** The operations by tag, in the order of the description, that hold all the words. */
export function operationsOf(description: Description, wanted: string): Tag[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean)
  const tags = new Map<string, Operation[]>()
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, described] of Object.entries(methods)) {
      const text =
        `${method} ${path}\n${described.summary ?? ''}\n${described.description ?? ''}`.toLowerCase()
      if (!words.every((word) => text.includes(word))) continue
      const tag = described.tags?.[0] ?? ''
      const operation = { ...described, id: `${method} ${path}`, method: method.toUpperCase(), path }
      tags.set(tag, [...(tags.get(tag) ?? []), operation])
    }
  }
  return [...tags].map(([name, operations]) => ({ name, operations }))
}

/** The name of a schema that is referred to. */
export function refName(schema: Schema): string | null {
  return schema.$ref?.split('/').pop() ?? null
}

/** A schema with what stands behind its reference, and `null` beside another one put aside. */
export function resolved(
  description: Description,
  schema: Schema,
): { schema: Schema; name: string | null; nullable: boolean } {
  const options = schema.oneOf ?? []
  const [only, ...more] = options.filter(({ type }) => type !== 'null')
  if (only && more.length === 0 && options.length > 1) {
    return { ...resolved(description, only), nullable: true }
  }
  const name = refName(schema)
  const target = name === null ? undefined : description.components?.schemas?.[name]
  if (target) return { ...resolved(description, target), name }
  const types = Array.isArray(schema.type) ? schema.type : []
  return { schema, name, nullable: types.includes('null') }
}

/** A type in one word: `integer (int64)`, `Race[]`, `"a" | "b"`. */
export function typeName(description: Description, given: Schema): string {
  const { schema, name, nullable } = resolved(description, given)
  const suffix = nullable ? ' | null' : ''
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ') + suffix
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter(
    (type) => type && type !== 'null',
  )
  if (types.includes('array'))
    return `${schema.items ? typeName(description, schema.items) : 'any'}[]${suffix}`
  if (name) return name + suffix
  if (types.length === 0) return `any${suffix}`
  return types.join(' | ') + (schema.format ? ` (${schema.format})` : '') + suffix
}

/** The schema whose members are to be shown: that of an array is the one of its items. */
export function membersOf(
  description: Description,
  given: Schema,
): { name: string; schema: Schema; required: boolean }[] {
  const { schema } = resolved(description, given)
  if (schema.items) return membersOf(description, schema.items)
  const parts = [schema, ...(schema.allOf ?? []).map((part) => resolved(description, part).schema)]
  return parts.flatMap(({ properties, required }) =>
    Object.entries(properties ?? {}).map(([name, member]) => ({
      name,
      schema: member,
      required: required?.includes(name) ?? false,
    })),
  )
}

/** The body that is sent or answered, as JSON. */
export function bodyOf(content: Content | undefined): Schema | null {
  return Object.values(content?.content ?? {})[0]?.schema ?? null
}

/** What an operation takes in its path and its query, as a form asks for it. */
export function parametersOf(description: Description, { parameters = [] }: Operation): Parameter[] {
  return parameters.map(({ name, required = false, description: note = '', schema = {} }) => {
    const named = typeName(description, schema)
    const choices = schema.enum ?? schema.items?.enum
    return {
      name,
      type: formType(schema),
      required,
      note: choices ? `${note} ${named.replace(/\[\]$/, '')}`.trim() : note,
    }
  })
}

function formType({ type, items }: Schema): ParameterType {
  const is = (wanted: string, given = type) => [given].flat().includes(wanted)
  if (is('array')) return is('integer', items?.type) ? 'numbers' : 'strings'
  if (is('integer')) return 'number'
  return is('boolean') ? 'boolean' : 'string'
}

/** Where the operation is asked with these values, below the API's base address: `/tracks?layer=turns&layer=active`. */
export function pathOf({ path, parameters = [] }: Operation, values: Values): string {
  const query = new URLSearchParams()
  let filled = path
  for (const parameter of parameters) {
    const value = (values[parameter.name] ?? '').trim()
    if (parameter.in === 'path') {
      // A path within the path keeps its slashes.
      const part = value.split('/').map(encodeURIComponent).join('/')
      filled = filled.replace(new RegExp(`\\{\\*?${parameter.name}\\}`), part)
    } else if (value !== '') {
      const list = formType(parameter.schema ?? {}).endsWith('s')
      for (const one of list ? value.split(/\s*,\s*/) : [value]) query.append(parameter.name, one)
    }
  }
  return query.size > 0 ? `${filled}?${query}` : filled
}
