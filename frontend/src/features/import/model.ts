import { ApiProblem, type NamedEntrant } from '@/shared/api/problem'
import type { ImportOutcome, LogImport, Race } from '@/shared/api/types'

/** What became of one file. */
export type FileState =
  | { kind: 'waiting' }
  | { kind: 'sending' }
  | { kind: 'imported'; race: Race }
  | { kind: 'duplicate'; race: Race }
  | { kind: 'logImported'; log: LogImport }
  | { kind: 'logKnown'; log: LogImport }
  | { kind: 'notInRace'; entrants: NamedEntrant[] }
  | { kind: 'noRace' }
  | { kind: 'unreadable'; reason: string | null }
  | { kind: 'faulty'; fields: string[] }
  | { kind: 'tooLarge' }
  | { kind: 'failed'; status: number }

export interface ImportFile {
  id: number
  name: string
  size: number
  /** Who the driver says to be, where the file has no member ids. */
  driverName?: string
  state: FileState
}

/** The server takes no more at once; asking first saves a long upload. An exported log is sent in parts. */
export const LARGEST_FILE = 8 * 1024 * 1024

/** The state that an answer of the server means. */
export function stateOf(outcome: ImportOutcome): FileState {
  return { kind: outcome.outcome, race: outcome.race }
}

/** The state of an exported log of which so much was new. */
export function stateOfLog(log: LogImport): FileState {
  const { racesImported, entriesImported, sessionsImported } = log
  return { kind: racesImported + entriesImported + sessionsImported > 0 ? 'logImported' : 'logKnown', log }
}

/** The state that a refusal means. */
export function stateOfProblem(problem: unknown): FileState {
  if (!(problem instanceof ApiProblem)) return { kind: 'unreadable', reason: null }
  if (problem.status === 413) return { kind: 'tooLarge' }
  if (problem.code === 'driver_not_in_result') return { kind: 'notInRace', entrants: problem.entrants }
  if (problem.code === 'no_race') return { kind: 'noRace' }
  if (problem.fields.length > 0) return { kind: 'faulty', fields: problem.fields.map(({ field }) => field) }
  if (problem.status === 400 || problem.status === 415 || problem.status === 422) {
    return { kind: 'unreadable', reason: problem.detail }
  }
  return { kind: 'failed', status: problem.status }
}

/** Whether nothing more happens to a file by itself. */
export function isSettled({ state }: ImportFile): boolean {
  return state.kind !== 'waiting' && state.kind !== 'sending'
}

export interface Tally {
  total: number
  settled: number
  imported: number
  duplicates: number
  others: number
}

export function tallyOf(files: readonly ImportFile[]): Tally {
  const count = (...kinds: FileState['kind'][]) =>
    files.filter(({ state }) => kinds.includes(state.kind)).length
  const settled = files.filter(isSettled).length
  const imported = count('imported', 'logImported')
  const duplicates = count('duplicate', 'logKnown')
  return { total: files.length, settled, imported, duplicates, others: settled - imported - duplicates }
}
