import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ApiProblem } from '@/shared/api/problem'
import type { JournalEntry } from '@/shared/api/types'

import { createEditor, type JournalPort } from './editor'
import { NO_WORDS, type Draft, type Words } from './model'

function entry(changes: Partial<JournalEntry> = {}): JournalEntry {
  return {
    driverRaceId: '1-2',
    notes: '',
    tags: [],
    replayLink: null,
    lap: null,
    createdAt: null,
    updatedAt: null,
    version: 0,
    sentiment: null,
    ...changes,
  }
}

/** A server with one entry, which answers as the real one does. */
class Server implements JournalPort {
  stored = entry()
  draft: Draft | null = null
  failure: ApiProblem | null = null
  puts: Words[] = []
  held: Promise<void> | null = null

  put = async (words: Words, version: number): Promise<JournalEntry> => {
    this.puts.push(words)
    await this.held
    if (this.failure) throw this.failure
    if (version !== this.stored.version) throw new ApiProblem(409, { entry: this.stored })
    const { notes, tags, replayLink, lap } = words
    const empty = !notes && tags.length === 0 && !replayLink && lap === null
    this.stored = empty
      ? entry()
      : entry({ notes, tags, replayLink: replayLink || null, lap, version: version + 1 })
    return this.stored
  }
  keepDraft = (draft: Draft) => {
    this.draft = draft
  }
  dropDraft = () => {
    this.draft = null
  }
}

let server: Server
beforeEach(() => {
  vi.useFakeTimers()
  server = new Server()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('notes', () => {
  it('are saved once when the typing pauses, and are a draft until then', async () => {
    const editor = createEditor(server.stored, null, server)
    editor.change({ notes: 'a' })
    await vi.advanceTimersByTimeAsync(500)
    editor.change({ notes: 'ab' })
    await vi.advanceTimersByTimeAsync(500)
    expect(server.puts).toEqual([])
    expect(server.draft?.words.notes).toBe('ab')
    expect(editor.state.value).toBe('unsaved')
    await vi.advanceTimersByTimeAsync(300)
    expect(server.stored).toMatchObject({ notes: 'ab', version: 1 })
    expect(editor.state.value).toBe('saved')
    expect(server.draft).toBeNull()
  })

  it('written during a save follow it', async () => {
    const editor = createEditor(server.stored, null, server)
    let release = () => {}
    server.held = new Promise((resolve) => (release = resolve))
    editor.change({ notes: 'one' })
    const flushed = editor.flush()
    expect(editor.state.value).toBe('saving')
    editor.change({ notes: 'one two' })
    release()
    server.held = null
    await flushed
    expect(server.puts.map(({ notes }) => notes)).toEqual(['one', 'one two'])
    expect(server.stored).toMatchObject({ notes: 'one two', version: 2 })
    expect(editor.state.value).toBe('saved')
  })

  it('that cannot be sent stay a draft and are tried again', async () => {
    const editor = createEditor(server.stored, null, server)
    server.failure = new ApiProblem(0)
    editor.change({ notes: 'offline' })
    await editor.flush()
    expect(editor.state.value).toBe('offline')
    expect(server.draft?.words.notes).toBe('offline')
    server.failure = new ApiProblem(503)
    await editor.flush()
    expect(editor.state.value).toBe('failed')
    server.failure = null
    await vi.advanceTimersByTimeAsync(10_000)
    expect(editor.state.value).toBe('saved')
    expect(server.stored.notes).toBe('offline')
  })

  it('that nobody changed are not sent', async () => {
    const editor = createEditor(entry({ notes: 'x', version: 3 }), null, server)
    await editor.flush()
    expect(server.puts).toEqual([])
    expect(editor.state.value).toBe('idle')
  })

  it('are saved while an address is still being typed, which stays behind', async () => {
    const editor = createEditor(server.stored, null, server)
    editor.change({ notes: 'x', replayLink: 'https:' })
    await editor.flush()
    expect(server.stored).toMatchObject({ notes: 'x', replayLink: null })
    expect(editor.state.value).toBe('invalid')
    expect(server.draft?.words.replayLink).toBe('https:')
    editor.change({ replayLink: 'https://example.org' })
    await editor.flush()
    expect(server.stored.replayLink).toBe('https://example.org')
    expect(editor.state.value).toBe('saved')
  })

  it('that are emptied leave no entry', async () => {
    server.stored = entry({ notes: 'x', version: 2 })
    const editor = createEditor(server.stored, null, server)
    editor.change({ notes: '' })
    await editor.flush()
    expect(server.stored.version).toBe(0)
    expect(server.puts).toHaveLength(1)
    editor.change({ notes: 'again' })
    await editor.flush()
    expect(server.stored).toMatchObject({ notes: 'again', version: 1 })
  })

  it('left as a draft by an earlier visit are sent', async () => {
    const draft = { words: { ...NO_WORDS, notes: 'kept' }, version: 0 }
    const editor = createEditor(server.stored, draft, server)
    expect(editor.words.value.notes).toBe('kept')
    await vi.advanceTimersByTimeAsync(0)
    expect(server.stored.notes).toBe('kept')
  })

  it('written during a save are a draft on top of what is saved', async () => {
    const editor = createEditor(server.stored, null, server)
    let release = () => {}
    server.held = new Promise((resolve) => (release = resolve))
    editor.change({ notes: 'one' })
    void editor.flush()
    editor.change({ notes: 'one two' })
    release()
    server.held = new Promise(() => {})
    await vi.advanceTimersByTimeAsync(0)
    // The page is closed now, while the second save is under way.
    expect(server.draft).toMatchObject({ words: { notes: 'one two' }, version: 1 })
  })

  /** Whether the server stores what it is sent is the test's choice; its answers are lost. */
  function loseAnswers({ stored }: { stored: boolean }) {
    const { put } = server
    server.put = async (words, version) => {
      if (stored) await put(words, version)
      throw new ApiProblem(502)
    }
    return () => (server.put = put)
  }

  it('whose answer was lost are no conflict with themselves', async () => {
    const editor = createEditor(server.stored, null, server)
    const recover = loseAnswers({ stored: true })
    editor.change({ notes: 'one' })
    await editor.flush()
    expect(editor.state.value).toBe('failed')
    recover()
    editor.change({ notes: 'one two' })
    await editor.flush()
    expect(editor.state.value).toBe('saved')
    expect(server.stored).toMatchObject({ notes: 'one two', version: 2 })
  })

  it.each([{ stored: true }, { stored: false }])(
    'that are taken back after a lost answer are what the server has ($stored)',
    async ({ stored }) => {
      server.stored = entry({ notes: 'important', version: 7 })
      const editor = createEditor(server.stored, null, server)
      const recover = loseAnswers({ stored })
      editor.change({ notes: '' })
      await editor.flush()
      expect(server.stored.notes).toBe(stored ? '' : 'important')
      editor.change({ notes: 'important' })
      await editor.flush()
      expect(editor.state.value).toBe('failed')
      expect(server.draft?.words.notes).toBe('important')
      recover()
      await vi.advanceTimersByTimeAsync(10_000)
      expect(editor.state.value).toBe('saved')
      expect(server.stored.notes).toBe('important')
      expect(server.draft).toBeNull()
    },
  )

  it('that are written first and taken back after a lost answer leave no entry', async () => {
    const editor = createEditor(server.stored, null, server)
    const recover = loseAnswers({ stored: true })
    editor.change({ notes: 'one' })
    await editor.flush()
    recover()
    editor.change({ notes: '' })
    await editor.flush()
    expect(editor.state.value).toBe('saved')
    expect(server.stored.version).toBe(0)
  })

  it('that are taken back while the page is closed are sent by the next one', async () => {
    server.stored = entry({ notes: 'important', version: 7 })
    // What the device kept of the entry is older than what was sent.
    const before = server.stored
    const editor = createEditor(before, null, server)
    const recover = loseAnswers({ stored: true })
    editor.change({ notes: '' })
    await editor.flush()
    editor.change({ notes: 'important' })
    editor.stop()
    recover()
    const next = createEditor(before, server.draft, server)
    await vi.advanceTimersByTimeAsync(0)
    expect(next.state.value).toBe('saved')
    expect(server.stored.notes).toBe('important')
  })

  it('are no conflict with themselves if the page was closed while they were sent', async () => {
    const editor = createEditor(server.stored, null, server)
    const { put } = server
    server.put = async (words, version) => {
      await put(words, version)
      return new Promise(() => {})
    }
    editor.change({ notes: 'one' })
    void editor.flush()
    editor.change({ notes: 'one two' })
    editor.stop()
    await vi.advanceTimersByTimeAsync(0)
    expect(server.stored.notes).toBe('one')
    server.put = put
    const next = createEditor(server.stored, server.draft, server)
    await vi.advanceTimersByTimeAsync(0)
    expect(next.state.value).toBe('saved')
    expect(server.stored).toMatchObject({ notes: 'one two', version: 2 })
    expect(server.draft).toBeNull()
  })

  it('sent in vain many times are a draft that does not grow, and whose first ones are still known', async () => {
    const editor = createEditor(server.stored, null, server)
    const recover = loseAnswers({ stored: true })
    editor.change({ notes: 'first' })
    await editor.flush()
    recover()
    server.failure = new ApiProblem(0)
    for (let number = 0; number < 20; number += 1) {
      editor.change({ notes: `more ${number}` })
      await editor.flush()
    }
    expect(server.draft?.unanswered).toHaveLength(5)
    server.failure = null
    await editor.flush()
    expect(editor.state.value).toBe('saved')
    expect(server.stored.notes).toBe('more 19')
  })

  it('of another device come in while nothing is written here, and older ones do not', async () => {
    const editor = createEditor(entry({ notes: 'before', version: 3 }), null, server)
    editor.refresh(entry({ notes: 'elsewhere', version: 4 }))
    expect(editor.words.value.notes).toBe('elsewhere')
    server.stored = entry({ notes: 'elsewhere', version: 4 })
    editor.change({ notes: 'mine' })
    editor.refresh(entry({ notes: 'elsewhere again', version: 5 }))
    expect(editor.words.value.notes).toBe('mine')
    await editor.flush()
    editor.refresh(entry({ notes: 'elsewhere', version: 4 }))
    expect(editor.words.value.notes).toBe('mine')
    expect(server.stored).toMatchObject({ notes: 'mine', version: 5 })
  })

  it('are saved while another part is at fault', async () => {
    const editor = createEditor(server.stored, null, server)
    const tags = Array.from({ length: 31 }, (_, index) => `tag ${index}`)
    editor.change({ notes: 'x', tags })
    await editor.flush()
    expect(server.stored).toMatchObject({ notes: 'x', tags: [] })
    expect(editor.state.value).toBe('invalid')
    expect(server.draft?.words.tags).toEqual(tags)
  })

  it('are saved without what the server refuses, which is marked until it is changed', async () => {
    const put = server.put
    server.put = async (words, version) => {
      if (words.lap !== null && words.lap > 20)
        throw new ApiProblem(400, { errors: [{ field: 'lap', code: 'out_of_range', params: { max: '20' } }] })
      return put(words, version)
    }
    const editor = createEditor(server.stored, null, server)
    editor.change({ notes: 'x', lap: 21 })
    await editor.flush()
    expect(server.stored).toMatchObject({ notes: 'x', lap: null })
    expect(editor.state.value).toBe('invalid')
    expect(editor.faults.value).toMatchObject([{ field: 'lap', params: { max: '20' } }])
    expect(server.draft?.words.lap).toBe(21)
    editor.change({ lap: 20 })
    await editor.flush()
    expect(editor.faults.value).toEqual([])
    expect(editor.state.value).toBe('saved')
    expect(server.stored.lap).toBe(20)
  })

  it('that the server refuses without naming a field are kept, and not sent again by themselves', async () => {
    const editor = createEditor(server.stored, null, server)
    server.failure = new ApiProblem(400, { errors: [{ field: 'version', code: 'invalid_value' }] })
    editor.change({ notes: 'x' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(editor.state.value).toBe('refused')
    expect(server.puts).toHaveLength(1)
    expect(server.draft?.words.notes).toBe('x')
  })

  it('keep a tag that is being typed as a draft, which is no tag yet', async () => {
    const editor = createEditor(server.stored, null, server)
    editor.change({ notes: 'x', tagText: 'ra' })
    await editor.flush()
    expect(server.stored).toMatchObject({ notes: 'x', tags: [] })
    expect(editor.state.value).toBe('unsaved')
    expect(server.draft?.words.tagText).toBe('ra')
    expect(createEditor(server.stored, server.draft, server).words.value.tagText).toBe('ra')
  })
})

describe('a conflict', () => {
  async function collided() {
    server.stored = entry({ notes: 'before', version: 1 })
    const editor = createEditor(server.stored, null, server)
    server.stored = entry({ notes: 'theirs', version: 2 })
    editor.change({ notes: 'mine' })
    await editor.flush()
    return editor
  }

  it('waits for the driver, and loses neither version', async () => {
    const editor = await collided()
    expect(editor.state.value).toBe('conflict')
    expect([editor.words.value.notes, editor.theirs.value?.notes]).toEqual(['mine', 'theirs'])
    editor.change({ notes: 'mine, more' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(server.stored.notes).toBe('theirs')
    expect(server.draft?.words.notes).toBe('mine, more')
  })

  it('is still one after a reload', async () => {
    const editor = await collided()
    editor.change({ notes: 'mine, more' })
    editor.stop()
    const again = createEditor(server.stored, server.draft, server)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(again.state.value).toBe('conflict')
    expect([again.words.value.notes, again.theirs.value?.notes]).toEqual(['mine, more', 'theirs'])
    expect(server.stored.notes).toBe('theirs')
    await again.choose('mine')
    expect(server.stored.notes).toBe('mine, more')
  })

  it.each([
    ['mine', 'mine'],
    ['theirs', 'theirs'],
    ['both', 'theirs\n\n---\n\nmine'],
  ] as const)('ends by keeping %s', async (choice, notes) => {
    const editor = await collided()
    await editor.choose(choice)
    expect(editor.state.value).toBe('saved')
    expect(server.stored.notes).toBe(notes)
    expect(editor.words.value.notes).toBe(notes)
    expect(server.draft).toBeNull()
  })

  it('is none if both wrote the same', async () => {
    server.stored = entry({ notes: 'before', version: 1 })
    const editor = createEditor(server.stored, null, server)
    server.stored = entry({ notes: 'same', version: 2 })
    editor.change({ notes: 'same' })
    await editor.flush()
    expect(editor.state.value).toBe('saved')
  })

  it('with a deletion keeps mine as a new entry', async () => {
    const editor = createEditor(entry({ notes: 'before', version: 4 }), null, server)
    server.put = async (words, version) => {
      if (version !== 0) throw new ApiProblem(409, {})
      return (server.stored = entry({ notes: words.notes, version: 1 }))
    }
    editor.change({ notes: 'mine' })
    await editor.flush()
    expect(editor.theirs.value?.notes).toBe('')
    await editor.choose('mine')
    expect(server.stored.notes).toBe('mine')
  })

  it('is found when a draft is older than the entry', () => {
    const draft = { words: { ...NO_WORDS, notes: 'draft' }, version: 1 }
    const editor = createEditor(entry({ notes: 'newer', version: 2 }), draft, server)
    expect(editor.state.value).toBe('conflict')
    expect(editor.theirs.value?.notes).toBe('newer')
  })
})
