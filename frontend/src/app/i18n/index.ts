import { createI18n, type LocaleMessageDictionary, type VueMessageType } from 'vue-i18n'

import core from './messages/en-US/core.json'

/** A file of messages. Each page names those it uses, so that a page's words come with the page. */
export type MessageSection =
  'analytics' | 'catalogue' | 'core' | 'filters' | 'import' | 'journal' | 'race' | 'raceLog' | 'signIn'

export type Language = 'en-US'

type Messages = LocaleMessageDictionary<VueMessageType>

export const i18n = createI18n({
  legacy: false,
  locale: 'en-US',
  fallbackLocale: 'en-US',
  messages: { 'en-US': core },
})

const files = import.meta.glob<{ default: Messages }>(['./messages/*/*.json', '!./messages/en-US/core.json'])
const loaded = new Set(['en-US/core'])
const wanted = new Set<MessageSection>(['core'])

/** Loads what a page says in the driver's language, once. */
export async function loadMessages(sections: readonly MessageSection[]): Promise<void> {
  for (const section of sections) wanted.add(section)
  await loadWanted(i18n.global.locale.value as Language)
}

/** Speaks another language from now on, once all that the open pages say has come. */
export async function speak(language: Language): Promise<void> {
  await loadWanted(language)
  i18n.global.locale.value = language
  document.documentElement.lang = language
}

async function loadWanted(language: Language): Promise<void> {
  const missing = [...wanted].map((section) => `${language}/${section}`).filter((file) => !loaded.has(file))
  await Promise.all(
    missing.map(async (file) => {
      const messages = await files[`./messages/${file}.json`]?.()
      if (!messages) throw new Error(`there are no messages ${file}`)
      i18n.global.mergeLocaleMessage(language, messages.default)
      loaded.add(file)
    }),
  )
}
