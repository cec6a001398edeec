import type { InjectionKey, Ref } from 'vue'

/** What the layout offers to pages that want to ask for a sync, such as an empty race log. */
export interface SyncAction {
  start: () => void
  possible: Ref<boolean>
  active: Ref<boolean>
  /** Whether the latest sync has brought all that there was. */
  finished: Ref<boolean>
}

export const syncActionKey: InjectionKey<SyncAction> = Symbol('sync action')
