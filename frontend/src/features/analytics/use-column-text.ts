import { useFigures } from '@/shared/races/use-figures'

import type { Column } from './groups'

/** How the values of columns are written. */
export function useColumnText() {
  const write = useFigures()
  return (column: Column, value: number | null): string => {
    switch (column) {
      case 'races':
      case 'wins':
      case 'podiums':
      case 'topFives':
      case 'laps':
        return write.count(value ?? 0)
      case 'clean':
      case 'finished':
        return write.share(value)
      case 'gained':
      case 'cpi':
        return write.change(value, 1)
      case 'irating':
        return write.change(value, 0)
      case 'time':
        return write.time(value)
      case 'strength':
        return write.mean(value, 0)
      case 'incidentsPerLap':
      case 'incidentsPerCorner':
        return write.mean(value, 2)
      default:
        return write.mean(value)
    }
  }
}
