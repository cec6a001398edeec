import { ref, shallowRef, type Ref } from 'vue'

import { ApiProblem } from '@/shared/api/problem'
import type { JournalEntry } from '@/shared/api/types'

import { bothOf, faultsOf, isEmpty, sameWords, wordsOf, type Draft, type Words } from './model'

/**
 * - `idle`: nothing has been changed
 * - `unsaved`: changed, about to be saved
 * - `offline`, `failed`: could not be saved, and is tried again
 * - `invalid`: the rest is saved, but not what is marked
 * - `refused`: the server refuses it for a reason that trying again does not change
 * - `conflict`: another page has changed the same entry; the driver has to choose
 */
export type SaveState =
  'idle' | 'unsaved' | 'saving' | 'saved' | 'offline' | 'failed' | 'invalid' | 'refused' | 'conflict'

/** Where words are kept. */
export interface JournalPort {
  put: (words: Words, version: number) => Promise<JournalEntry>
  remove: () => Promise<void>
  keepDraft: (draft: Draft) => void
  dropDraft: () => void
}

export type Choice = 'mine' | 'theirs' | 'both'

export interface Editor {
  words: Readonly<Ref<Words>>
  state: Readonly<Ref<SaveState>>
  /** What the other page wrote, while there is a conflict. */
  theirs: Readonly<Ref<Words | null>>
  change: (part: Partial<Words>) => void
  /** Saves now what is not saved. */
  flush: () => Promise<void>
  choose: (choice: Choice) => Promise<void>
  stop: () => void
}

const PAUSE = 800
const RETRY = 10_000

/**
 * Saves what is written by itself. Each change is a draft on the device at once, and goes to the server when the typing
 * pauses. One request is under way at a time; what is written meanwhile follows it.
 */
export function createEditor(entry: JournalEntry, draft: Draft | null, port: JournalPort): Editor {
  const words = ref(wordsOf(entry))
  const state = ref<SaveState>('idle')
  const theirs = shallowRef<Words | null>(null)

  /** The words that the server has. */
  let kept = wordsOf(entry)
  let version = entry.version
  let saving: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  function flushIn(milliseconds: number): void {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(() => void flush(), milliseconds)
  }

  function change(part: Partial<Words>): void {
    words.value = { ...words.value, ...part }
    port.keepDraft({ words: words.value, version })
    if (state.value === 'conflict') return
    if (state.value !== 'saving') state.value = 'unsaved'
    flushIn(PAUSE)
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    saving ??= save().finally(() => (saving = null))
    return saving
  }

  /** What can be sent of the words: an address that is none (yet) stays behind. */
  function sendable(): Words | null {
    const faults = faultsOf(words.value)
    if (faults.includes('notesTooLong')) return null
    return faults.includes('linkInvalid')
      ? { ...words.value, replayLink: kept.replayLink }
      : { ...words.value }
  }

  async function save(): Promise<void> {
    while (state.value !== 'conflict') {
      const sent = sendable()
      if (sent === null || sameWords(sent, kept)) return settle()
      state.value = 'saving'
      try {
        const answer = await port.put(sent, version)
        version = answer.version
        if (isEmpty(sent)) {
          await port.remove()
          version = 0
        }
        kept = sent
      } catch (problem) {
        return fail(problem)
      }
    }
  }

  function settle(): void {
    if (sameWords(words.value, kept)) {
      port.dropDraft()
      if (state.value !== 'idle') state.value = 'saved'
    } else {
      port.keepDraft({ words: words.value, version })
      state.value = 'invalid'
    }
  }

  function fail(problem: unknown): void {
    const status = problem instanceof ApiProblem ? problem.status : 500
    if (problem instanceof ApiProblem && status === 409) {
      const current = problem.entry
      collide(
        current ? wordsOf(current) : { notes: '', tags: [], replayLink: '', lap: null },
        current?.version ?? 0,
      )
    } else if (status === 0) state.value = 'offline'
    else if (status === 401 || status === 429 || status >= 500) state.value = 'failed'
    else state.value = 'refused'
    if (state.value === 'offline' || state.value === 'failed') flushIn(RETRY)
  }

  function collide(other: Words, otherVersion: number): void {
    kept = other
    version = otherVersion
    if (sameWords(words.value, other)) return settle()
    theirs.value = other
    state.value = 'conflict'
  }

  async function choose(choice: Choice): Promise<void> {
    const other = theirs.value
    if (!other) return
    if (choice === 'theirs') words.value = { ...other }
    if (choice === 'both') words.value = bothOf(words.value, other)
    theirs.value = null
    state.value = 'unsaved'
    port.keepDraft({ words: words.value, version })
    await flush()
  }

  if (draft && !sameWords(draft.words, kept)) {
    words.value = draft.words
    if (draft.version === version) {
      state.value = 'unsaved'
      flushIn(0)
    } else collide(kept, version)
  } else if (draft) port.dropDraft()

  return {
    words,
    state,
    theirs,
    change,
    flush,
    choose,
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
