/** The pages that the palette and the shortcuts lead to, by their routes' names. */
export const PAGES = [
  { name: 'race-log', title: 'raceLog.title' },
  { name: 'journal', title: 'journal.title' },
  { name: 'analytics', title: 'analytics.title' },
  { name: 'tracks', title: 'catalogue.tracks' },
  { name: 'cars', title: 'catalogue.cars' },
  { name: 'all-series', title: 'catalogue.series' },
  { name: 'import', title: 'import.nav' },
  { name: 'my-data', title: 'driver.myData' },
] as const

/** For whoever has the entitlement. */
export const DEVELOPER_PAGES = [
  { name: 'api-explorer', title: 'commands.developer.explorer' },
  { name: 'tokens', title: 'commands.developer.tokens' },
  { name: 'own-api', title: 'commands.developer.own' },
] as const
