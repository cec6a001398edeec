import { reactive, watch } from 'vue'

export type Theme = 'system' | 'light' | 'dark'
export type Units = 'metric' | 'imperial'

export interface Preferences {
  theme: Theme
  units: Units
  /** An IANA zone; `null` follows the browser. */
  timeZone: string | null
}

const KEY = 'spinout.preferences'
const DEFAULTS: Preferences = { theme: 'system', units: 'metric', timeZone: null }

/** What a driver chose on this device. No secret is ever kept here. */
export const preferences = reactive<Preferences>(read())

function read(): Preferences {
  try {
    return readPreferences(JSON.parse(localStorage.getItem(KEY) ?? '{}'))
  } catch {
    return { ...DEFAULTS }
  }
}

/** Takes what is valid of a stored value; the rest is as if never chosen. */
export function readPreferences(stored: unknown): Preferences {
  const given = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<Preferences>
  return {
    theme: given.theme === 'light' || given.theme === 'dark' ? given.theme : DEFAULTS.theme,
    units: given.units === 'imperial' ? 'imperial' : DEFAULTS.units,
    timeZone: typeof given.timeZone === 'string' && isTimeZone(given.timeZone) ? given.timeZone : null,
  }
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name })
    return true
  } catch {
    return false
  }
}

export function browserTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Applies the preferences to the document and stores each change. */
export function keepPreferences(): void {
  watch(
    preferences,
    () => {
      document.documentElement.dataset.theme = preferences.theme
      try {
        localStorage.setItem(KEY, JSON.stringify(preferences))
      } catch {
        // A full or forbidden storage only means that the choice ends with the page.
      }
    },
    { immediate: true },
  )
}
