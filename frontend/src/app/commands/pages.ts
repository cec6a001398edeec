/** The pages that the palette and the shortcuts lead to, by their routes' names. */
export const PAGES = [
  { name: 'race-log', title: 'raceLog.title' },
  { name: 'journal', title: 'journal.title' },
  { name: 'import', title: 'import.nav' },
] as const
