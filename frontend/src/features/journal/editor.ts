import { computed, ref, shallowRef, type Ref } from 'vue'

import { ApiProblem, type FieldProblem } from '@/shared/api/problem'
import type { JournalEntry } from '@/shared/api/types'

import { bothOf, faultsOf, NO_WORDS, partOf, sameWords, wordsOf, type Draft, type Words } from './model'

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
  /** Words that are empty leave no entry: what is answered is of version 0. */
  put: (words: Words, version: number) => Promise<JournalEntry>
  keepDraft: (draft: Draft) => void
  dropDraft: () => void
}

export type Choice = 'mine' | 'theirs' | 'both'

export interface Editor {
  words: Readonly<Ref<Words>>
  state: Readonly<Ref<SaveState>>
  /** What the other page wrote, while there is a conflict. */
  theirs: Readonly<Ref<Words | null>>
  /** What keeps parts of the words from being saved. */
  faults: Readonly<Ref<FieldProblem[]>>
  /** Shows what the server has now, if nothing is being written here. */
  refresh: (entry: JournalEntry) => void
  change: (part: Partial<Words>) => void
  /** Saves now what is not saved. */
  flush: () => Promise<void>
  choose: (choice: Choice) => Promise<void>
  stop: () => void
}

const PAUSE = 800
const RETRY = 10_000
/** How many words without an answer are remembered: the first, with which the line broke, and the last ones. */
const MOST_UNANSWERED = 5

/**
 * Saves what is written by itself. Each change is a draft on the device at once, and goes to the server when the typing
 * pauses. One request is under way at a time; what is written meanwhile follows it.
 */
export function createEditor(entry: JournalEntry, draft: Draft | null, port: JournalPort): Editor {
  const words = shallowRef(wordsOf(entry))
  const state = ref<SaveState>('idle')
  const theirs = shallowRef<Words | null>(null)
  /** What the server did not take, until it is changed. */
  const refused = shallowRef<FieldProblem[]>([])
  const faults = computed(() => [...faultsOf(words.value), ...refused.value])

  /** The words that the server has. */
  let kept = wordsOf(entry)
  /** What ours are to replace. While there is a conflict, that is not what the other page wrote. */
  let version = entry.version
  let theirVersion = version
  /** Words that were sent and not answered, yet or ever: the server may have them. */
  let unanswered: Words[] = []
  let saving: Promise<void> | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  function flushIn(milliseconds: number): void {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(() => void flush(), milliseconds)
  }

  function keepDraft(): void {
    port.keepDraft({ words: words.value, version, unanswered })
  }

  function change(part: Partial<Words>): void {
    words.value = { ...words.value, ...part }
    refused.value = refused.value.filter((problem) => !(partOf(problem)! in part))
    keepDraft()
    if (state.value === 'conflict') return
    if (state.value !== 'saving') state.value = 'unsaved'
    flushIn(PAUSE)
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    saving ??= save().finally(() => (saving = null))
    return saving
  }

  /** What can be sent of the words: parts at fault, an address that is none (yet), stay behind. */
  function sendable(): Words {
    const behind = faults.value.map((problem) => partOf(problem)!)
    const before = Object.fromEntries(behind.map((part) => [part, kept[part]]))
    return { ...words.value, ...before, tagText: '' }
  }

  async function save(): Promise<void> {
    while (state.value !== 'conflict') {
      const sent = sendable()
      // What was not answered may have taken the place of what the server had.
      if (sameWords(sent, kept) && unanswered.length === 0) return settle()
      state.value = 'saving'
      const before = unanswered
      unanswered = [...before.filter((words) => !sameWords(words, sent)), sent]
      if (unanswered.length > MOST_UNANSWERED) unanswered.splice(1, 1)
      keepDraft()
      try {
        version = (await port.put(sent, version)).version
        kept = sent
        unanswered = []
        if (!sameWords(words.value, sent)) keepDraft()
      } catch (problem) {
        if (!mends(problem, before)) return
      }
    }
  }

  function settle(): void {
    if (sameWords(words.value, kept)) {
      port.dropDraft()
      if (state.value !== 'idle') state.value = 'saved'
    } else {
      keepDraft()
      state.value = faults.value.length > 0 ? 'invalid' : 'unsaved'
    }
  }

  /**
   * Takes in why words were not saved; whether they can be sent again at once, by another version or in part. `before` is
   * what had not been answered without them.
   */
  function mends(problem: unknown, before: Words[]): boolean {
    const { status, entry: current, fields } = problem instanceof ApiProblem ? problem : new ApiProblem(500)
    if (status === 409) return meets(current ? wordsOf(current) : { ...NO_WORDS }, current?.version ?? 0)
    if (status !== 0 && status < 500) unanswered = before
    if (status === 0) state.value = 'offline'
    else if (status === 401 || status === 429 || status >= 500) state.value = 'failed'
    else {
      const known = fields.filter((field) => partOf(field))
      const marked = new Set(faults.value.map(partOf))
      refused.value = [...refused.value, ...known]
      if (known.some((field) => !marked.has(partOf(field)))) return true
      state.value = 'refused'
    }
    if (state.value !== 'refused') flushIn(RETRY)
    return false
  }

  /** Takes in what the server has instead of what ours are to replace; whether ours can follow it. */
  function meets(other: Words, otherVersion: number): boolean {
    const ours = [...unanswered, words.value].some((words) => sameWords(words, other))
    // Whatever else was sent comes too late: it was to replace what is there no more.
    unanswered = []
    if (ours) {
      kept = other
      version = otherVersion
    } else {
      theirs.value = other
      theirVersion = otherVersion
      state.value = 'conflict'
    }
    return ours
  }

  async function choose(choice: Choice): Promise<void> {
    const other = theirs.value
    if (!other) return
    if (choice === 'theirs') words.value = { ...other }
    if (choice === 'both') words.value = bothOf(words.value, other)
    kept = other
    version = theirVersion
    theirs.value = null
    state.value = 'unsaved'
    keepDraft()
    await flush()
  }

  function refresh(current: JournalEntry): void {
    // What was asked before the last words were saved is older than they are.
    if ((state.value !== 'idle' && state.value !== 'saved') || current.version <= version) return
    kept = wordsOf(current)
    version = current.version
    words.value = kept
    state.value = 'idle'
  }

  if (draft) {
    // One of an earlier version of the pages may lack a part.
    words.value = { ...NO_WORDS, ...draft.words }
    version = draft.version
    unanswered = draft.unanswered ?? []
    if (version === entry.version || meets(kept, entry.version)) {
      if (sameWords(words.value, kept) && unanswered.length === 0) port.dropDraft()
      else {
        state.value = 'unsaved'
        flushIn(0)
      }
    }
  }

  return {
    words,
    state,
    theirs,
    faults,
    refresh,
    change,
    flush,
    choose,
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
