import { createI18n, type LocaleMessageDictionary, type VueMessageType } from 'vue-i18n'

import type { Language } from '@/shared/format/language'

import core from './messages/en-US/core.json'

/** A file of messages. Each page names those it uses, so that a page's words come with the page. */
export type MessageSection =
  | 'analytics'
  | 'catalogue'
  | 'core'
  | 'developer'
  | 'figures'
  | 'commands'
  | 'filters'
  | 'import'
  | 'journal'
  | 'myData'
  | 'race'
  | 'raceLog'
  | 'signIn'

export type Messages = LocaleMessageDictionary<VueMessageType>

export const i18n = createI18n({
  legacy: false,
  locale: 'en-US',
  fallbackLocale: 'en-US',
  fallbackWarn: false,
  missingWarn: false,
  messages: { 'en-US': core } as { [Spoken in Language]: typeof core },
})

/** The sections of a language, by the names of their files. */
export type Files = Record<string, () => Promise<{ default: Messages }>>

// English comes with the page; where the other languages are is known only to those who speak them.
const american: Files = import.meta.glob<{ default: Messages }>([
  './messages/en-US/*.json',
  '!./messages/en-US/core.json',
])
const others: Record<Exclude<Language, 'en-US'>, () => Promise<{ files: Files }>> = {
  'en-GB': () => import('./messages/en-GB/files'),
  de: () => import('./messages/de/files'),
  es: () => import('./messages/es/files'),
}

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
  const own = language === 'en-US' ? {} : (await others[language]()).files
  await Promise.all(
    [...wanted].map(async (section) => {
      const spoken = own[`./${section}.json`]
      if (spoken) await load(language, section, spoken)
      // American English fills in what a language does not say: the British one says only what differs.
      if (!spoken || language === 'en-GB')
        await load('en-US', section, american[`./messages/en-US/${section}.json`])
    }),
  )
}

async function load(
  language: Language,
  section: MessageSection,
  file: Files[string] | undefined,
): Promise<void> {
  if (loaded.has(`${language}/${section}`) || !file) return
  i18n.global.mergeLocaleMessage(language, (await file()).default)
  loaded.add(`${language}/${section}`)
}
