export const LANGUAGES = ['en-US', 'en-GB', 'de', 'es'] as const
export type Language = (typeof LANGUAGES)[number]

/** What each language calls itself. */
export const LANGUAGE_NAMES: Record<Language, string> = {
  'en-US': 'English (US)',
  'en-GB': 'English (UK)',
  de: 'Deutsch',
  es: 'Español',
}

export function isLanguage(name: unknown): name is Language {
  return LANGUAGES.includes(name as Language)
}

/** Where English is written, and dates are put, as in America. */
const AMERICAN = ['en', 'en-us', 'en-ca', 'en-ph']

/** The first of the wished languages, in the browser's terms, that the pages speak; English if there is none. */
export function bestLanguage(wished: readonly string[]): Language {
  for (const tag of wished) {
    const wish = tag.toLowerCase()
    const [language] = wish.split('-')
    if (language === 'en') return AMERICAN.includes(wish) ? 'en-US' : 'en-GB'
    if (isLanguage(language)) return language
  }
  return 'en-US'
}
