import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** The time, each second while `running`: for count-downs. */
export function useNow(running: Ref<boolean>): Ref<number> {
  const now = ref(Date.now())
  let timer: ReturnType<typeof setInterval> | undefined
  watch(
    running,
    (run) => {
      clearInterval(timer)
      now.value = Date.now()
      if (run) timer = setInterval(() => (now.value = Date.now()), 1000)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearInterval(timer))
  return now
}
