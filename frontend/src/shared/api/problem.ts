import type { JournalEntry, Run } from './types'

/** One invalid field of a request; the code is translated, never shown. */
export interface FieldProblem {
  field: string
  code: string
  params?: Record<string, string>
}

/** Someone who took part in a race that was offered for import. */
export interface NamedEntrant {
  driverId?: number | null
  name: string
}

interface ProblemBody {
  type?: string
  title?: string
  detail?: string | null
  code?: string | null
  correlationId?: string | null
  errors?: FieldProblem[]
  entrants?: NamedEntrant[]
  run?: Run | null
  entry?: JournalEntry | null
}

/** An answer of the server that says no (RFC 9457), or `status` 0 when there was no answer at all. */
export class ApiProblem extends Error {
  readonly status: number
  /** A word to branch on: the body's code, or the last part of its type. */
  readonly code: string | null
  readonly detail: string | null
  readonly correlationId: string | null
  readonly fields: FieldProblem[]
  readonly entrants: NamedEntrant[]
  readonly run: Run | null
  /** What another page wrote, if the answer is a conflict. */
  readonly entry: JournalEntry | null
  /** How long to wait before asking again, if the server said. */
  readonly retryAfterSeconds: number | null

  constructor(status: number, body: ProblemBody = {}, retryAfterSeconds: number | null = null) {
    super(body.title ?? `status ${status}`)
    this.name = 'ApiProblem'
    this.status = status
    this.code = body.code ?? body.errors?.[0]?.code ?? lastPart(body.type)
    this.detail = body.detail ?? null
    this.correlationId = body.correlationId ?? null
    this.fields = body.errors ?? []
    this.entrants = body.entrants ?? []
    this.run = body.run ?? null
    this.entry = body.entry ?? null
    this.retryAfterSeconds = retryAfterSeconds
  }

  /** Whether the same request may succeed later without anybody doing anything. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500
  }
}

function lastPart(type: string | undefined): string | null {
  const part = type?.split(/[/:#]/).pop()
  return part && part !== 'blank' ? part : null
}

/** `Retry-After` in seconds, from either of its forms. */
export function retryAfter(header: string | null, now: number): number | null {
  if (!header) return null
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds)
  const date = Date.parse(header)
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000))
}

interface Outcome<Data> {
  data?: Data
  error?: unknown
  response: Response
}

/** Turns the two-sided answer of the client into a value or a thrown {@link ApiProblem}. */
export async function answered<Data>(request: Promise<Outcome<Data>>): Promise<Data> {
  let outcome: Outcome<Data>
  try {
    outcome = await request
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiProblem(0)
  }
  const { data, error, response } = outcome
  if (response.ok) return data as Data
  const body = typeof error === 'object' && error !== null ? (error as ProblemBody) : {}
  throw new ApiProblem(response.status, body, retryAfter(response.headers.get('Retry-After'), Date.now()))
}
