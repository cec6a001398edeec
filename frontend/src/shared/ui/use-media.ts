import { onScopeDispose, readonly, ref, type Ref } from 'vue'

/** Whether a media query holds, kept current. */
export function useMedia(query: string): Readonly<Ref<boolean>> {
  const list = window.matchMedia(query)
  const matches = ref(list.matches)
  const follow = () => (matches.value = list.matches)
  list.addEventListener('change', follow)
  onScopeDispose(() => list.removeEventListener('change', follow))
  return readonly(matches)
}

/** Too narrow for the columns of a table. */
export const NARROW = '(max-width: 819px)'
