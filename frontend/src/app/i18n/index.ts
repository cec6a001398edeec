import { createI18n, type LocaleMessageDictionary, type VueMessageType } from 'vue-i18n'

import type { Language } from '@/shared/format/language'

import core from './messages/en-US/core.json'

/** A file of messages. Each page names those it uses, so that a page's words come with the page. */
export type MessageSection =
  | 'commands'
  | 'analytics'
  | 'catalogue'
  | 'core'
  | 'filters'
  | 'import'
  | 'journal'
  | 'race'
  | 'raceLog'
  | 'signIn'

type Messages = LocaleMessageDictionary<VueMessageType>

export const i18n = createI18n({
  legacy: false,
  locale: 'en-US',
  // British English says only what it says differently.
  fallbackLocale: 'en-US',
  fallbackWarn: false,
  missingWarn: false,
  messages: { 'en-US': core } as { [Spoken in Language]: typeof core },
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
  const missing = [...wanted]
    .flatMap((section) => filesOf(language, section))
    .filter((file) => !loaded.has(file.name))
  await Promise.all(
    missing.map(async ({ spoken, name }) => {
      const messages = await files[`./messages/${name}.json`]!()
      i18n.global.mergeLocaleMessage(spoken, messages.default)
      loaded.add(name)
    }),
  )
}

/** Where a section is: in the language's own file, and in American English if that leaves something out. */
function filesOf(language: Language, section: MessageSection): { spoken: Language; name: string }[] {
  const own = { spoken: language, name: `${language}/${section}` }
  if (language === 'en-US') return [own]
  const american: typeof own = { spoken: 'en-US', name: `en-US/${section}` }
  if (!files[`./messages/${own.name}.json`]) return [american]
  return language === 'en-GB' ? [american, own] : [own]
}
