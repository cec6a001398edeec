import { useI18n } from 'vue-i18n'

const KNOWN: Record<string, string> = {
  Disconnected: 'disconnected',
  Disqualified: 'disqualified',
  'DQ/Scoring Invalidated': 'scoringInvalidated',
  Retired: 'retired',
}

/** Why somebody was out of a race, in the reader's language. Words that are not known stay as iRacing says them. */
export function useReasonOut() {
  const { t } = useI18n()
  return (words: string) => (KNOWN[words] ? t(`race.reasonOut.${KNOWN[words]}`) : words)
}
