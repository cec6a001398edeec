/** Something that the palette finds. */
export interface Findable {
  label: string
  /** Other words it may be found by. */
  words?: string
}

/** In lower case and without accents: `Nürburgring` is found by `nurburg`. */
export function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** How well a text holds what is looked for: 0 at its start, 1 at the start of a word, 2 within one, `null` not. */
function rank(text: string, word: string): number | null {
  let at = text.indexOf(word)
  if (at <= 0) return at < 0 ? null : 0
  while (at > 0) {
    if (!/[\p{L}\p{N}]/u.test(text[at - 1]!)) return 1
    at = text.indexOf(word, at + 1)
  }
  return 2
}

/** Those that hold every word of what is looked for, the best first, and of equals the first; at most `most`. */
export function find<Item extends Findable>(items: readonly Item[], wanted: string, most: number): Item[] {
  const words = plain(wanted).split(/\s+/).filter(Boolean)
  if (words.length === 0) return items.slice(0, most)
  const found: { item: Item; rank: number }[] = []
  for (const item of items) {
    const label = plain(item.label)
    const others = item.words ? plain(item.words) : ''
    let sum = 0
    for (const word of words) {
      const inLabel = rank(label, word)
      const best = inLabel ?? (others.includes(word) ? 3 : null)
      if (best === null) {
        sum = -1
        break
      }
      sum += best
    }
    if (sum >= 0) found.push({ item, rank: sum })
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ item }) => item)
}
