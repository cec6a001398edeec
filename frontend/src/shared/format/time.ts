/** Ticks: iRacing's unit of lap times, 1/10 000 s. */
const TICKS_PER_MS = 10
const TICKS_PER_SECOND = 10_000
const TICKS_PER_MINUTE = 60 * TICKS_PER_SECOND
const TICKS_PER_HOUR = 60 * TICKS_PER_MINUTE

/** Stands for a value that there is not. */
export const NONE = '–'
const MINUS = '−'

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0')
}

/** `m:ss.mmm`, with hours when there are any; cut off to thousandths, as timing screens do. */
export function lapTime(ticks: number | null | undefined): string {
  if (ticks == null || ticks < 0) return NONE
  const hours = Math.floor(ticks / TICKS_PER_HOUR)
  const minutes = Math.floor((ticks % TICKS_PER_HOUR) / TICKS_PER_MINUTE)
  const rest = secondsAndThousandths(ticks % TICKS_PER_MINUTE)
  return hours > 0 ? `${hours}:${pad(minutes, 2)}:${rest}` : `${minutes}:${rest}`
}

function secondsAndThousandths(ticks: number): string {
  const seconds = Math.floor(ticks / TICKS_PER_SECOND)
  const thousandths = Math.floor((ticks % TICKS_PER_SECOND) / TICKS_PER_MS)
  return `${pad(seconds, 2)}.${pad(thousandths, 3)}`
}

/** A difference with its sign: `+0.512`, `−1:02.300`. */
export function gap(ticks: number | null | undefined): string {
  if (ticks == null) return NONE
  const sign = ticks < 0 ? MINUS : '+'
  const size = Math.abs(ticks)
  if (size >= TICKS_PER_MINUTE) return sign + lapTime(size)
  const seconds = Math.floor(size / TICKS_PER_SECOND)
  return `${sign}${seconds}.${pad(Math.floor((size % TICKS_PER_SECOND) / TICKS_PER_MS), 3)}`
}

/** A length of time, `17.4 s`, from 100 seconds on `2 min 5 s`: the units' signs are the same in all languages. */
export function duration(ticks: number, digits: number, locale: string): string {
  const seconds = Math.abs(ticks) / TICKS_PER_SECOND
  if (seconds < 100) {
    const decimals = { minimumFractionDigits: digits, maximumFractionDigits: digits }
    return `${seconds.toLocaleString(locale, decimals)}\u00a0s`
  }
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}\u00a0min ${whole % 60}\u00a0s`
}

/** A remaining time in the largest unit that tells enough. */
export function roughly(seconds: number): { unit: 'seconds' | 'minutes' | 'hours'; count: number } {
  if (seconds < 55) return { unit: 'seconds', count: Math.max(5, Math.ceil(seconds / 5) * 5) }
  if (seconds < 90 * 60) return { unit: 'minutes', count: Math.max(1, Math.round(seconds / 60)) }
  return { unit: 'hours', count: Math.round(seconds / 3600) }
}

/** A count-down: `4:05`. */
export function countdown(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  return `${Math.floor(whole / 60)}:${pad(whole % 60, 2)}`
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options)
  let found = formatters.get(key)
  if (!found) formatters.set(key, (found = new Intl.DateTimeFormat(locale, options)))
  return found
}

export type DateStyle = 'day' | 'time' | 'dayAndTime' | 'full'

const DATE_STYLES: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  day: { year: 'numeric', month: 'short', day: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  dayAndTime: { year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  full: {
    weekday: 'long',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
  },
}

/** A moment in a time zone. */
export function moment(at: string | number, style: DateStyle, locale: string, timeZone: string): string {
  return formatter(locale, { ...DATE_STYLES[style], timeZone }).format(new Date(at))
}

const CALENDAR_STYLES = {
  day: { year: 'numeric', month: 'short', day: 'numeric' },
  dayShort: { year: '2-digit', month: 'short', day: 'numeric' },
  weekday: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  month: { year: 'numeric', month: 'long' },
  monthOfYear: { year: 'numeric', month: 'short' },
  monthName: { month: 'long' },
  monthShort: { month: 'short' },
  year: { year: 'numeric' },
} satisfies Record<string, Intl.DateTimeFormatOptions>

/** A calendar day (`2026-03-01`), or the month or year that begins with it: the same in every time zone. */
export function calendarDate(day: string, style: keyof typeof CALENDAR_STYLES, locale: string): string {
  return formatter(locale, { ...CALENDAR_STYLES[style], timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  )
}

/** The calendar day of a moment in a time zone, as `2026-03-01`: sorts and compares as text. */
export function calendarDay(at: string | number, timeZone: string): string {
  return formatter('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone }).format(
    new Date(at),
  )
}

const HOURS = new Map<string, Intl.DateTimeFormat>()

/** The calendar day of a moment in a time zone, and its hour: of a whole career at once, so in one go. */
export function dayAndHour(at: string | number, timeZone: string): { day: string; hour: number } {
  let hours = HOURS.get(timeZone)
  if (!hours) {
    const parts = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' } as const
    HOURS.set(timeZone, (hours = new Intl.DateTimeFormat('en-CA', { ...parts, hourCycle: 'h23', timeZone })))
  }
  const text = hours.format(new Date(at))
  return { day: text.slice(0, 10), hour: Number(text.slice(-2)) }
}
