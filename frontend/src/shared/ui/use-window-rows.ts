import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/vue-virtual'
import { computed, onMounted, onScopeDispose, ref, watch, type Ref } from 'vue'

import { turn } from './turn'

export interface WindowRow {
  index: number
  /** Height of the rows left out between this one and the one before it. */
  gap: number
}

interface Options {
  count: Ref<number>
  rowHeight: Ref<number>
  /** Where the rows begin. */
  body: Ref<HTMLElement | null>
  /** Kept even when it is scrolled away, so that it does not lose the focus. */
  kept?: Ref<number>
  /** Height of what sticks to the top of the window. */
  covered?: number
}

/** Rows that a new table draws in one task. */
const AT_ONCE = 6

/** The rows of a long table that are in the window (and a few around it); the page scrolls, not the table. */
export function useWindowRows({ count, rowHeight, body, kept, covered = 0 }: Options) {
  const offset = ref(0)
  const measure = () => {
    if (body.value) offset.value = body.value.getBoundingClientRect().top + window.scrollY
  }
  // At once, and as often as what stands above the table grows or shrinks: filters, notices, the import's progress.
  const observer = new ResizeObserver(measure)
  onMounted(() => observer.observe(document.body))
  onScopeDispose(() => observer.disconnect())

  const virtualizer = useWindowVirtualizer(
    computed(() => {
      const extra = kept?.value ?? -1
      return {
        count: count.value,
        estimateSize: () => rowHeight.value,
        overscan: 6,
        scrollMargin: offset.value,
        scrollPaddingStart: covered,
        initialRect: { width: window.innerWidth, height: window.innerHeight },
        rangeExtractor: (range: Parameters<typeof defaultRangeExtractor>[0]) => {
          const indexes = defaultRangeExtractor(range)
          if (extra < 0 || extra >= range.count || indexes.includes(extra)) return indexes
          return [...indexes, extra].sort((a, b) => a - b)
        },
      }
    }),
  )

  watch(rowHeight, () => virtualizer.value.measure())

  const drawn = ref(AT_ONCE)
  onMounted(async () => {
    while (drawn.value < virtualizer.value.getVirtualItems().length) {
      await turn()
      drawn.value += AT_ONCE
    }
    drawn.value = Infinity
  })

  const rows = computed<WindowRow[]>(() => {
    let next = 0
    const near = virtualizer.value.getVirtualItems().slice(0, drawn.value)
    return near.flatMap(({ index }) => {
      if (index >= count.value) return []
      const row = { index, gap: (index - next) * rowHeight.value }
      next = index + 1
      return [row]
    })
  })
  const rest = computed(() => {
    const last = rows.value.at(-1)
    return (count.value - (last ? last.index + 1 : 0)) * rowHeight.value
  })

  return { rows, rest, scrollTo: (index: number) => virtualizer.value.scrollToIndex(index) }
}
