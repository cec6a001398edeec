import { reactive, watch } from 'vue'

import { bestLanguage, isLanguage, type Language } from './language'

export type Theme = 'system' | 'light' | 'dark'
export type Units = 'metric' | 'imperial'

export interface Preferences {
  theme: Theme
  units: Units
  /** An IANA zone; `null` follows the browser. */
  timeZone: string | null
  /** `null` follows the browser. */
  language: Language | null
  /** Whether single keys are shortcuts. Some speak to their computer, or press keys by mistake. */
  shortcuts: boolean
}

const KEY = 'spinout.preferences'
const DEFAULTS: Preferences = {
  theme: 'system',
  units: 'metric',
  timeZone: null,
  language: null,
  shortcuts: true,
}

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
    language: isLanguage(given.language) ? given.language : null,
    shortcuts: given.shortcuts !== false,
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

/** The language that the driver chose, or the browser's if the pages speak it. */
export function chosenLanguage(): Language {
  return preferences.language ?? bestLanguage(navigator.languages)
}

const collators = new Map<string, Intl.Collator>()
/** How texts are ordered in the chosen language, numbers in them by their value. */
export function textOrder(): (one: string, other: string) => number {
  const language = chosenLanguage()
  let found = collators.get(language)
  if (!found) collators.set(language, (found = new Intl.Collator(language, { numeric: true })))
  return found.compare
}

let zone: string | undefined
/** Asked for once: the first time, the browser loads its calendars. */
export function browserTimeZone(): string {
  zone ??= new Intl.DateTimeFormat().resolvedOptions().timeZone
  return zone
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
