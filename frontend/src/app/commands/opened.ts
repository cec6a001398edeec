import { ref } from 'vue'

/** What is open over the page: the palette, or the sheet of shortcuts. */
export const opened = ref<'palette' | 'sheet' | null>(null)
