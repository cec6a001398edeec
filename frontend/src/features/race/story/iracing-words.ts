import { useI18n } from 'vue-i18n'

import { useReasonOut } from '@/shared/format/reason-out'

const PENALTY: Record<string, string> = {
  'Jump start': 'jumpStart',
  'Repairs needed': 'repairsNeeded',
  'NetCode-Repair': 'netCodeRepair',
  'Too many incident points': 'tooManyIncidents',
}

const SANCTION: Record<string, string> = {
  Repair: 'repair',
  'Drive-through': 'driveThrough',
}

/** iRacing's words in the reader's language. They are not a closed list: unknown ones stay as iRacing says them. */
export function useIracingWords() {
  const { t } = useI18n()
  return {
    reasonOut: useReasonOut(),
    penalty: (words: string) => (PENALTY[words] ? t(`race.penalty.${PENALTY[words]}`) : words),
    sanction: (words: string) => {
      const seconds = /^Hold for (\d+) seconds?$/.exec(words)?.[1]
      if (seconds) return t('race.sanction.hold', { count: seconds }, Number(seconds))
      return SANCTION[words] ? t(`race.sanction.${SANCTION[words]}`) : words
    },
  }
}
