import { mount } from '@vue/test-utils'
import { expect, it, vi } from 'vitest'
import { nextTick } from 'vue'

import { i18n } from '@/app/i18n'
import { turn } from '@/shared/ui/turn'
import WhenNear from '@/shared/ui/WhenNear.vue'

/** Stands in for the window: tells that what is observed is near it. */
let comeNear: () => void = () => undefined
vi.stubGlobal(
  'IntersectionObserver',
  class {
    constructor(tell: (entries: { isIntersecting: boolean }[]) => void) {
      comeNear = () => tell([{ isIntersecting: true }])
    }
    observe(): void {}
    disconnect(): void {}
  },
)

function part(props: { always: boolean; load?: () => Promise<unknown> }) {
  return mount(WhenNear, {
    props: { room: '20rem', ...props },
    slots: { default: '<p>The charts</p>' },
    global: { plugins: [i18n] },
  })
}

it('keeps its room while it is far away, and draws when it is near', async () => {
  const charts = part({ always: false })
  await turn()
  await nextTick()
  expect(charts.html()).toContain('min-height: 20rem')
  expect(charts.text()).toBe('')
  comeNear()
  await turn()
  await turn()
  await nextTick()
  expect(charts.html()).toBe('<p>The charts</p>')
})

it('draws wherever it is when all of the page is wanted', async () => {
  const charts = part({ always: false })
  await charts.setProps({ always: true })
  await turn()
  await turn()
  await nextTick()
  expect(charts.text()).toBe('The charts')
})

it('keeps its room until what draws it is there; if that does not come, says so and tries again', async () => {
  let fail: (problem: Error) => void = () => undefined
  const load = vi
    .fn<() => Promise<unknown>>()
    .mockReturnValueOnce(new Promise((_, reject) => (fail = reject)))
    .mockResolvedValueOnce(undefined)
  const charts = part({ always: true, load })
  await turn()
  await nextTick()
  expect(charts.html()).toContain('min-height: 20rem')
  fail(new Error('the line is down'))
  await vi.waitFor(() => expect(charts.find('[role=alert]').exists()).toBe(true))
  await charts.get('button').trigger('click')
  await vi.waitFor(() => expect(charts.text()).toBe('The charts'))
})

it('gives each who asks a task, in the order of asking', async () => {
  const told: string[] = []
  const first = turn().then(() => void told.push('first'))
  const second = turn().then(() => void told.push('second'))
  queueMicrotask(() => told.push('what was under way'))
  await Promise.all([second, first])
  expect(told).toEqual(['what was under way', 'first', 'second'])
})
