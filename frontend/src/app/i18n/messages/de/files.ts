import type { Files, Messages } from '../..'

export const files: Files = import.meta.glob<{ default: Messages }>('./*.json')
