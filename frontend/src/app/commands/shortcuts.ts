import type { PAGES } from './pages'

/** What a shortcut does: shows a page by its route's name, or something on the page. */
export type ShortcutName = 'palette' | 'sheet' | 'search' | 'sync' | (typeof PAGES)[number]['name']

export interface Shortcut {
  name: ShortcutName
  /** Keys one after the other, as `KeyboardEvent.key` has them. */
  keys: readonly [string] | readonly [string, string]
}

/** After `g` comes where to go. */
export const SHORTCUTS: readonly Shortcut[] = [
  { name: 'search', keys: ['/'] },
  { name: 'sync', keys: ['s'] },
  { name: 'sheet', keys: ['?'] },
  { name: 'race-log', keys: ['g', 'l'] },
  { name: 'journal', keys: ['g', 'j'] },
  { name: 'analytics', keys: ['g', 'a'] },
  { name: 'tracks', keys: ['g', 't'] },
  { name: 'cars', keys: ['g', 'c'] },
  { name: 'all-series', keys: ['g', 's'] },
  { name: 'import', keys: ['g', 'i'] },
  { name: 'my-data', keys: ['g', 'd'] },
]

/** The second key has to follow within this time. */
const PATIENCE = 1_500

export interface Press {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/** Follows what is pressed; the time of a press comes in as a value, in milliseconds. */
export class Shortcuts {
  private begun: { key: string; at: number } | null = null

  /** What the press completes. Without `singleKeys`, shortcuts of plain characters are off. */
  press({ key, ctrlKey, metaKey, altKey }: Press, at: number, singleKeys: boolean): ShortcutName | null {
    const first = this.begun && at - this.begun.at <= PATIENCE ? this.begun.key : null
    this.begun = null
    if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') return 'palette'
    if (ctrlKey || metaKey || altKey || !singleKeys) return null
    const found = SHORTCUTS.find(({ keys }) =>
      keys.length === 1 ? first === null && keys[0] === key : keys[0] === first && keys[1] === key,
    )
    if (found) return found.name
    if (SHORTCUTS.some(({ keys }) => keys.length === 2 && keys[0] === key)) this.begun = { key, at }
    return null
  }
}
