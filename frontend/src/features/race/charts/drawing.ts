import type uPlot from 'uplot'

import { chartMarks, type ChartMark, type LineStyle, type Trace } from './model'

/** The colours of the page as a canvas takes them. */
export interface Colours {
  paper: string
  ink: string
  soft: string
  faint: string
  rule: string
  incident: string
  mine: string
  classes: string[]
}

const TOKENS = [
  'paper',
  'ink',
  'ink-soft',
  'ink-faint',
  'rule',
  'incident',
  'brand',
  ...[0, 1, 2, 3, 4, 5].map((index) => `class-${index}`),
]

/** Reads the tokens as they are now, dark or light. */
export function readColours(near: HTMLElement): Colours {
  // One for each: a colour that changed would be read in the middle of its transition. All at once: to read is to have
  // the page styled anew.
  const probes = document.createElement('span')
  for (const token of TOKENS)
    probes.appendChild(document.createElement('span')).style.color = `var(--${token})`
  near.append(probes)
  const read = [...probes.children].map((probe) => getComputedStyle(probe).color)
  probes.remove()
  const [paper, ink, soft, faint, rule, incident, mine, ...classes] = read as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    ...string[],
  ]
  return { paper, ink, soft, faint, rule, incident, mine, classes }
}

export function colourOf(style: LineStyle, colours: Colours): string {
  return style.colour === 'mine' ? colours.mine : colours.classes[style.colour]!
}

const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3]]

export interface Highlight {
  trace: Trace
  values: readonly (number | null)[]
  style: LineStyle
}

interface Layer {
  plot: uPlot
  ratio: number
  colours: Colours
}

/** The highlighted lines over the thin ones; the last of them lies on top. */
export function drawHighlights(
  { plot, ratio, colours }: Layer,
  highlights: readonly Highlight[],
  options: { marks: boolean; stepped: boolean; labels: boolean; font: string; dense: boolean },
): void {
  const { ctx, bbox } = plot
  const [from, to] = [plot.scales.x!.min ?? 0, plot.scales.x!.max ?? 0]
  // One lap more on either side, so that lines run to the edge.
  const shown = [Math.max(0, Math.floor(from) - 1), Math.ceil(to) + 1] as const
  const at = (lap: number, value: number) =>
    [plot.valToPos(lap, 'x', true), plot.valToPos(value, 'y', true)] as const

  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.lineJoin = 'round'
  for (const { values, style } of highlights) {
    ctx.beginPath()
    let drawing = false
    for (let lap = shown[0]; lap <= shown[1]; lap++) {
      const value = values[lap]
      if (value == null) {
        drawing = false
        continue
      }
      const [x, y] = at(lap, value)
      // A step is as long as its lap: from the line before to its own.
      const begin = options.stepped ? at(lap - 1, value)[0] : x
      if (drawing) ctx.lineTo(begin, y)
      else ctx.moveTo(begin, y)
      if (options.stepped) ctx.lineTo(x, y)
      drawing = true
    }
    ctx.setLineDash(DASHES[style.dash % DASHES.length]!.map((length) => length * ratio))
    ctx.lineWidth = (style.colour === 'mine' ? 3 : 2) * (options.dense && options.marks ? 0.5 : 1) * ratio
    ctx.strokeStyle = colourOf(style, colours)
    ctx.stroke()
  }
  ctx.setLineDash([])
  ctx.restore()

  if (options.marks) {
    const unit = options.dense ? ratio / 2 : ratio
    const [top, bottom] = [bbox.top, bbox.top + bbox.height]
    for (const { trace, values, style } of highlights) {
      for (let lap = Math.max(1, Math.ceil(from)); lap <= Math.min(to, values.length - 1); lap++) {
        const value = values[lap]
        const x = plot.valToPos(lap, 'x', true)
        // What is slower than the chart reaches is marked at its upper edge, what has no time at the lower one.
        const y = value == null ? bottom : Math.min(Math.max(plot.valToPos(value, 'y', true), top), bottom)
        const step = (y < (top + bottom) / 2 ? MARK_STEP : -MARK_STEP) * unit
        chartMarks(trace, lap).forEach((mark, index) =>
          drawMark(ctx, mark, x, y + index * step, unit, colourOf(style, colours), colours),
        )
      }
    }
  }
  if (options.labels) drawLabels({ plot, ratio, colours }, highlights, options.font)
}

/** How far apart the marks of one lap are. */
const MARK_STEP = 11

/** Marks differ by shape, not by colour alone: square the pits, triangle an incident, diamond a caution, ring invalid. */
function drawMark(
  ctx: CanvasRenderingContext2D,
  mark: ChartMark,
  x: number,
  y: number,
  ratio: number,
  line: string,
  colours: Colours,
): void {
  const size = 4 * ratio
  ctx.save()
  ctx.lineWidth = 1.5 * ratio
  ctx.beginPath()
  if (mark === 'pit') ctx.rect(x - size, y - size, 2 * size, 2 * size)
  else if (mark === 'invalid') ctx.arc(x, y, size, 0, 2 * Math.PI)
  else if (mark === 'caution') {
    ctx.moveTo(x, y - size * 1.3)
    ctx.lineTo(x + size * 1.3, y)
    ctx.lineTo(x, y + size * 1.3)
    ctx.lineTo(x - size * 1.3, y)
    ctx.closePath()
  } else {
    ctx.moveTo(x, y - size * 1.3)
    ctx.lineTo(x + size * 1.2, y + size)
    ctx.lineTo(x - size * 1.2, y + size)
    ctx.closePath()
  }
  ctx.fillStyle = {
    pit: line,
    incident: colours.incident,
    caution: colours.classes[0]!,
    invalid: colours.paper,
  }[mark]
  ctx.strokeStyle = mark === 'invalid' ? line : colours.paper
  ctx.fill()
  ctx.stroke()
  ctx.restore()
}

const LABEL_HEIGHT = 14

/** Names at the right end of the lines, moved apart where they would overlap. */
function drawLabels({ plot, ratio, colours }: Layer, highlights: readonly Highlight[], font: string): void {
  const { ctx, bbox } = plot
  const last = Math.floor(plot.scales.x!.max ?? 0)
  const first = Math.ceil(plot.scales.x!.min ?? 0)
  const labels = highlights.flatMap(({ trace, values, style }) => {
    let lap = Math.min(last, values.length - 1)
    while (lap > first && values[lap] == null) lap--
    const value = values[lap]
    if (value == null) return []
    const y = plot.valToPos(value, 'y', true)
    return [
      { name: shortName(trace.row.name), y: Math.min(Math.max(y, bbox.top), bbox.top + bbox.height), style },
    ]
  })
  labels.sort((a, b) => a.y - b.y)
  const height = LABEL_HEIGHT * ratio
  labels.forEach((label, index) => {
    const above = labels[index - 1]
    if (above) label.y = Math.max(label.y, above.y + height)
  })
  for (let index = labels.length - 1; index >= 0; index--) {
    const limit = index === labels.length - 1 ? bbox.top + bbox.height : labels[index + 1]!.y - height
    labels[index]!.y = Math.min(labels[index]!.y, limit)
  }
  ctx.save()
  ctx.font = font
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  for (const { name, y, style } of labels) {
    ctx.fillStyle = colourOf(style, colours)
    ctx.fillText(name, bbox.left + bbox.width + 6 * ratio, y)
  }
  ctx.restore()
}

/** What fits at the end of a line: the last name, and the first one's initial; of a team that has a number, both. */
export function shortName(name: string): string {
  const parts = name.trim().split(/\s+/)
  if (parts.length < 2) return name
  const last = parts.at(-1)!
  if (last.startsWith('#')) {
    const team = parts.slice(0, -1).join(' ')
    return `${team.length > 11 ? `${team.slice(0, 10).trimEnd()}…` : team} ${last}`
  }
  const short = `${parts[0]![0]}. ${last.length > 2 ? last : `${parts.at(-2)!} ${last}`}`
  return short.length > 16 ? `${short.slice(0, 15)}…` : short
}

/** The chart as a picture of its own: with a title, its background, and who the lines are. */
export function picture(
  plot: uPlot,
  { title, subtitle, highlights, colours, ratio, font }: PictureParts,
): Promise<Blob | null> {
  const source = plot.ctx.canvas
  const unit = ratio
  const head = 52 * unit
  const names = highlights.map(({ trace, style }) => ({
    name: trace.row.name,
    colour: colourOf(style, colours),
  }))
  const canvas = document.createElement('canvas')
  const ctx = canvas.getContext('2d')!
  ctx.font = `${12 * unit}px ${font}`
  const margin = 12 * unit
  // Names flow into as many lines as they need.
  const lines: { name: string; colour: string; x: number }[][] = [[]]
  let x = margin
  for (const name of names) {
    const width = ctx.measureText(name.name).width + 34 * unit
    if (x + width > source.width && lines.at(-1)!.length) {
      lines.push([])
      x = margin
    }
    lines.at(-1)!.push({ ...name, x })
    x += width
  }
  canvas.width = source.width
  canvas.height = head + source.height + lines.length * 20 * unit + margin
  ctx.fillStyle = colours.paper
  ctx.fillRect(0, 0, canvas.width, canvas.height)
  ctx.fillStyle = colours.ink
  ctx.font = `600 ${16 * unit}px ${font}`
  ctx.fillText(title, margin, 24 * unit)
  ctx.fillStyle = colours.soft
  ctx.font = `${12 * unit}px ${font}`
  ctx.fillText(subtitle, margin, 42 * unit)
  ctx.drawImage(source, 0, head)
  lines.forEach((line, index) => {
    const y = head + source.height + (index + 0.7) * 20 * unit
    for (const entry of line) {
      ctx.fillStyle = entry.colour
      ctx.fillRect(entry.x, y - 5 * unit, 14 * unit, 3 * unit)
      ctx.fillStyle = colours.ink
      ctx.fillText(entry.name, entry.x + 19 * unit, y)
    }
  })
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}

interface PictureParts {
  title: string
  subtitle: string
  highlights: readonly Highlight[]
  colours: Colours
  ratio: number
  font: string
}
