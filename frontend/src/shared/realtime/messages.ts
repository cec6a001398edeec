import type { Run } from '@/shared/api/types'

/** What the server pushes to every page of a driver. */
export type Push =
  | { action: 'ingestionRunStarted'; payload: { run: Run } }
  | { action: 'ingestionRunProgress'; payload: { run: Run } }
  | { action: 'ingestionRunFinished'; payload: { run: Run } }
  | { action: 'racesReady'; payload: { raceIds: string[] } }
  | { action: 'signInRequired'; payload: { runId: string } }

/** What the server answers to this page alone. */
export type Answer =
  | { action: 'authResponse'; payload: { success: boolean; error?: string } }
  | { action: 'pong'; payload: { success: boolean } }
  | { action: 'error'; payload: { message: string } }

const PUSHES = new Set<string>([
  'ingestionRunStarted',
  'ingestionRunProgress',
  'ingestionRunFinished',
  'racesReady',
  'signInRequired',
] satisfies Push['action'][])

/** Reads a frame; `null` for one that is not ours to understand. */
export function readFrame(data: unknown): Push | Answer | null {
  if (typeof data !== 'string') return null
  try {
    const frame: unknown = JSON.parse(data)
    if (typeof frame !== 'object' || frame === null || !('action' in frame)) return null
    return { payload: {}, ...frame } as Push | Answer
  } catch {
    return null
  }
}

export function isPush(frame: Push | Answer): frame is Push {
  return PUSHES.has(frame.action)
}
