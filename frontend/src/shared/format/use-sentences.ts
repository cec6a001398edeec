import { useI18n } from 'vue-i18n'

const said = new Map<string, string>()

/** As `t`, for what long tables say in row after row: each sentence is put together once. */
export function useSentences() {
  const { t, locale } = useI18n()
  return (key: string, values: Record<string, string | number | null | undefined> = {}): string => {
    const of = `${locale.value} ${key} ${JSON.stringify(values)}`
    let sentence = said.get(of)
    if (sentence === undefined) said.set(of, (sentence = t(key, values)))
    return sentence
  }
}
