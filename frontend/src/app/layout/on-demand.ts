import { shallowRef, type Component } from 'vue'

/**
 * A component whose code is loaded when it is first wanted, so that it is no part of the first page. It takes the
 * place of a plain button, and opens at once.
 */
export function useOnDemand(get: () => Promise<{ default: Component }>) {
  const component = shallowRef<Component | null>(null)

  /** Fetches the code ahead, when a pointer or the focus comes near. */
  function prepare(): void {
    get().catch(() => {
      // The click asks again.
    })
  }

  async function load(): Promise<void> {
    try {
      component.value = (await get()).default
    } catch {
      // The line is down, as the notice above the page says; the button stays.
    }
  }

  return { component, prepare, load }
}
