import type { Component, InjectionKey } from 'vue'

/**
 * The driver's notes about a race, for the race's page: given by the application, so that features stay apart. Takes
 * `driverRaceId` and the `lap` under the cursor; emits `showLap`.
 */
export const raceNotesKey: InjectionKey<Component> = Symbol('race notes')
