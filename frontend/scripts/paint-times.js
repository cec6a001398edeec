// Measures, in a real browser on the built pages, what a driver waits for: the time from a change of filters over
// 5,000 races, to a part of them and back to all, until nothing more changes in the window, in the log and in the
// analytics (and until nothing more changes on the page); from asking for a chart of 60 cars and 700 laps to its
// picture; and from pointing at a lap until the cursors of all charts and the read-out are there. The API is played by
// this script. Prints one JSON object; needs a build (`npm run build`) and a
// Chromium: CHROMIUM_PATH, /usr/bin/chromium, or Playwright's own.
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { chromium } from '@playwright/test'

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const RACES = 5_000
const PAGE = 100
const CARS = 60
const LAPS = 700
const SUBSESSION = 700_060
const DRIVER = 1

// Always the same numbers, so that runs can be compared.
let seed = 7
function below(limit) {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return Math.floor((seed / 2_147_483_648) * limit)
}
const one = (values) => values[below(values.length)]

const DISCIPLINES = ['sports_car', 'formula_car', 'oval', 'dirt_oval', 'dirt_road', 'road']
const newest = Date.parse('2026-11-01T18:00:00Z')
const irating = Object.fromEntries(DISCIPLINES.map((discipline) => [discipline, 2_000]))
const races = Array.from({ length: RACES }, (_, index) => {
  const start = newest - index * 13 * 3_600_000 - below(12) * 3_600_000
  const discipline = one(DISCIPLINES)
  const change = below(121) - 60
  const newIrating = irating[discipline]
  irating[discipline] = Math.max(600, newIrating - change)
  const track = below(120)
  const field = 12 + below(40)
  const finish = 1 + below(field)
  const grid = 1 + below(field)
  const year = new Date(start).getUTCFullYear()
  return {
    driverRaceId: `${start / 1000}-${9_000_000 - index}`,
    subsessionId: 9_000_000 - index,
    sessionId: 8_000_000 - index,
    startTime: new Date(start).toISOString().replace('.000', ''),
    kind: one(['official', 'official', 'official', 'official', 'league', 'hosted']),
    team: false,
    teamName: null,
    heat: false,
    discipline,
    seriesId: 1 + below(40),
    seriesName: `Series ${1 + below(40)}`,
    seasonYear: year,
    seasonQuarter: 1 + Math.floor(new Date(start).getUTCMonth() / 3),
    raceWeek: 1 + below(12),
    leagueName: null,
    sessionName: null,
    trackId: track,
    trackName: `Track ${Math.floor(track / 2)}`,
    layout: track % 2 ? 'Grand Prix' : 'National',
    carId: 1 + below(60),
    carName: `Car ${1 + below(60)}`,
    carClassId: 1 + below(20),
    carClassName: `Class ${1 + below(20)}`,
    startPosition: grid,
    startPositionInClass: grid,
    finishPosition: finish,
    finishPositionInClass: finish,
    fieldSize: field,
    fieldSizeInClass: field,
    classCount: 1,
    lapsComplete: 5 + below(40),
    lapsLed: below(5),
    incidents: below(12),
    strengthOfField: 900 + below(3_000),
    bestLapTime: 850_000 + below(60_000),
    averageLapTime: 900_000 + below(60_000),
    champPoints: below(150),
    oldIrating: newIrating - change,
    newIrating,
    oldSubLevel: 250 + below(200),
    newSubLevel: 250 + below(200),
    oldLicenseLevel: 18,
    newLicenseLevel: 18,
    oldCpi: 20 + below(40),
    newCpi: 20 + below(40),
    reasonOut: one(['Running', 'Running', 'Running', 'Disconnected']),
    splitNumber: 1,
    splitCount: 3,
    hasLaps: true,
    source: 'iracing',
  }
})

const lapChart = {
  ...races[0],
  subsessionId: SUBSESSION,
  driverRaceId: `${newest / 1000}-${SUBSESSION}`,
  lapsComplete: LAPS,
}
const entrantIds = Array.from({ length: CARS }, (_, car) => `driver:${car + 1}`)
const result = (car, simsession) => ({
  simsession,
  position: car + 1,
  positionInClass: car + 1,
  startPosition: CARS - car,
  startPositionInClass: CARS - car,
  lapsComplete: LAPS,
  lapsLed: 0,
  interval: car * 9_000,
  classInterval: car * 9_000,
  averageLapTime: 500_000,
  bestLapTime: 490_000,
  bestLapNumber: 12,
  qualifyingTime: null,
  incidents: 3,
  reasonOut: 'Running',
  champPoints: null,
  oldIrating: 2_000,
  newIrating: 2_010,
  oldSubLevel: 300,
  newSubLevel: 310,
  oldLicenseLevel: 18,
  newLicenseLevel: 18,
  oldCpi: 20,
  newCpi: 21,
})
const session = {
  subsessionId: SUBSESSION,
  sessionId: 1,
  startTime: lapChart.startTime,
  endTime: null,
  kind: 'official',
  team: false,
  heat: false,
  discipline: 'oval',
  seriesId: 1,
  seriesName: 'Series 1',
  seasonName: null,
  seasonYear: 2026,
  seasonQuarter: 4,
  raceWeek: 8,
  leagueId: null,
  leagueName: null,
  sessionName: null,
  licenseCategory: 'Oval',
  track: { trackId: 1, trackName: 'Track 1', layout: 'Oval', category: 'oval' },
  weather: null,
  strengthOfField: 2_400,
  cornersPerLap: 4,
  averageLapTime: 500_000,
  bestLapTime: 490_000,
  lapsComplete: LAPS,
  cautions: 0,
  cautionLaps: 0,
  leadChanges: 0,
  splits: [],
  carClasses: [{ carClassId: 1, name: 'Class 1', shortName: 'C1', strengthOfField: 2_400, entries: CARS }],
  cars: [{ carId: 1, name: 'Car 1', carClassId: 1 }],
  simsessions: [{ number: 0, name: 'RACE', type: 'race', hasLaps: true, weather: null }],
  entrants: entrantIds.map((entrantId, car) => ({
    entrantId,
    name: `Driver ${car + 1}`,
    driverId: car + 1,
    teamId: null,
    ai: false,
    carNumber: String(car + 1),
    carId: 1,
    carName: 'Car 1',
    carClassId: 1,
    division: null,
    countryCode: null,
    results: [result(car, 0)],
    drivers: [],
  })),
  driverRaceId: lapChart.driverRaceId,
  callerEntrantId: `driver:${DRIVER}`,
}
/** Every stretch under caution: its first and last lap. */
const CAUTIONS = [
  [212, 217],
  [431, 435],
]
const isCaution = (lap) => CAUTIONS.some(([from, to]) => lap >= from && lap <= to)
const isStop = (lap, car) => lap % 60 === car
const columns = entrantIds.map((_, car) => ({
  lap: [0],
  sessionTime: [null],
  lapTime: [null],
  position: [CARS - car],
  flags: [0],
  incident: [0],
}))
const clocks = entrantIds.map((_, car) => car * 4_000)
for (let lap = 1; lap <= LAPS; lap++) {
  entrantIds.forEach((_, car) => {
    const invalid = below(100) === 0
    const time = 490_000 + below(9_000) + (isStop(lap, car) ? 300_000 : 0) + (isCaution(lap) ? 400_000 : 0)
    clocks[car] += time
    const column = columns[car]
    column.lap.push(lap)
    column.sessionTime.push(clocks[car])
    column.lapTime.push(invalid ? null : time)
    column.flags.push((isStop(lap, car) ? 2 : 0) | (invalid ? 1 : 0))
    column.incident.push(below(200) === 0 ? 1 : 0)
  })
  const order = entrantIds.map((_, car) => car).sort((a, b) => clocks[a] - clocks[b])
  order.forEach((car, place) => columns[car].position.push(place + 1))
}
const laps = {
  subsessionId: SUBSESSION,
  simsession: 0,
  entrants: entrantIds.map((entrantId, car) => ({ entrantId, ...columns[car], driver: null })),
}

const LAP_CLASSES = ['grid', 'first', 'pace', 'in', 'out', 'caution', 'invalid']
const LAP_REASONS = ['grid', 'firstLap', 'clean', 'pitted', 'afterPit', 'caution', 'invalidFlag']
const spread = {
  fastest: 490_000,
  lowerQuartile: 492_300,
  median: 494_500,
  upperQuartile: 496_800,
  slowest: 499_000,
}
function classOf(lap, car) {
  if (lap < 2) return lap
  if (isStop(lap, car)) return 3
  if (isStop(lap - 1, car)) return 4
  if (isCaution(lap)) return 5
  return columns[car].flags[lap] & 1 ? 6 : 2
}
const analysis = {
  subsessionId: SUBSESSION,
  simsession: 0,
  lapClasses: LAP_CLASSES,
  lapReasons: LAP_REASONS,
  carClasses: [{ carClassId: 1, spread, rated: true }],
  entrants: entrantIds.map((entrantId, car) => {
    const lapClass = columns[car].lap.map((lap) => classOf(lap, car))
    const ends = [...columns[car].lap.filter((lap) => lap > 0 && isStop(lap, car)), LAPS]
    const ledger = {
      start: CARS - car,
      finish: car + 1,
      gained: CARS - 2 * car - 1,
      atStart: 0,
      byPace: CARS - 2 * car - 1,
      byPit: 0,
      byIncidents: 0,
      byRetirements: 0,
    }
    return {
      entrantId,
      carClassId: 1,
      lapClass,
      lapReason: lapClass,
      recovered: [],
      stints: [...new Set(ends)].map((lastLap, stint) => ({
        driverId: car + 1,
        firstLap: stint ? ends[stint - 1] + 1 : 1,
        lastLap,
        paceLaps: 50,
        median: 493_000 + below(3_000),
        best: 490_000 + below(500),
        fade: below(200) / 10,
      })),
      pace: {
        paceLaps: lapClass.filter((number) => number === 2).length,
        otherLaps: lapClass.filter((number) => number !== 2).length - 1,
        best: 490_000 + car,
        spread,
        consistency: 2_500,
        fade: 3,
        ranks: { median: car + 1, best: car + 1, consistency: car + 1, fade: car + 1 },
      },
      ledger: { overall: ledger, inClass: ledger },
      rating: null,
    }
  }),
  entrantId: `driver:${DRIVER}`,
  eventsKnown: true,
  story: Array.from({ length: 40 }, (_, index) => ({
    lap: 1 + index * 17,
    entrants: [entrantIds[index], entrantIds[index + 1]],
    kind: 'leadChange',
    from: entrantIds[index],
    to: entrantIds[index + 1],
  })),
  placeSteps: { overall: [], inClass: [] },
}

const driver = {
  driverId: DRIVER,
  driverName: 'Driver 1',
  memberSince: null,
  racesIngestedTo: lapChart.startTime,
  ingestionBlockedUntil: null,
  firstLogin: lapChart.startTime,
  lastLogin: lapChart.startTime,
  loginCount: 1,
  sessionCount: RACES,
  entitlements: [],
}
const tracks = Array.from({ length: 120 }, (_, trackId) => ({ trackId, cornersPerLap: 4 + (trackId % 14) }))

const curves = DISCIPLINES.map((discipline) => ({
  discipline,
  points: races
    .filter((race) => race.discipline === discipline)
    .reverse()
    .map((race) => ({
      time: race.startTime,
      driverRaceId: race.driverRaceId,
      irating: race.newIrating,
      licenseClass: 4,
      safetyRating: race.newSubLevel,
      cpi: race.newCpi,
      licenseChange: null,
    })),
}))
const bests = Array.from({ length: 300 }, (_, index) => {
  const { trackId, trackName, layout, carId, carName, bestLapTime, startTime, driverRaceId } = races[index]
  const best = { lapTime: bestLapTime, when: startTime, driverRaceId }
  return { trackId, trackName, layout, carId, carName, kind: 'race', best, sessions: 9, progression: [best] }
})

/** What the API would answer. */
function answer(path, query) {
  if (path === '/auth/refresh') {
    const expiresAt = new Date(Date.now() + 900_000).toISOString()
    return { accessToken: 'token', expiresAt, iracingSignInRequired: false, driver }
  }
  if (path === `/driver/${DRIVER}`) return driver
  if (path === `/driver/${DRIVER}/races`) {
    const from = Number(query.get('cursor') ?? 0)
    const next = from + PAGE < RACES && !query.get('to') ? String(from + PAGE) : null
    return { items: races.slice(from, from + PAGE), nextCursor: next }
  }
  if (path === `/driver/${DRIVER}/races/${lapChart.driverRaceId}`) return lapChart
  if (path === `/session/${SUBSESSION}`) return session
  if (path === `/session/${SUBSESSION}/laps`) return laps
  if (path === `/session/${SUBSESSION}/analysis`) return analysis
  if (path === `/driver/${DRIVER}/analytics/ratings`) return { curves, chartsFetchedAt: lapChart.startTime }
  if (path === `/driver/${DRIVER}/analytics/bests`) return { items: bests }
  if (path === '/tracks') return { items: tracks, fetchedAt: lapChart.startTime }
  if (path === '/ingestion/runs') return { items: [], nextCursor: null }
  return null
}

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
}
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  if (pathname.startsWith('/api/')) {
    const body = answer(pathname.slice(4), searchParams)
    response.writeHead(body ? 200 : 404, {
      'content-type': body ? 'application/json' : 'application/problem+json',
    })
    return response.end(JSON.stringify(body ?? { type: 'about:blank', title: 'Not found', status: 404 }))
  }
  const file = join(dist, pathname)
  const path = extname(file) && existsSync(file) ? file : join(dist, 'index.html')
  response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' })
  response.end(readFileSync(path))
})
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
const address = `http://localhost:${server.address().port}`

const own = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
if (!existsSync(own) && !existsSync(chromium.executablePath())) {
  console.log(JSON.stringify({ skipped: 'there is no browser' }))
  process.exit()
}
const browser = await chromium.launch({
  ...(existsSync(own) ? { executablePath: own } : {}),
  args: ['--disable-background-networking', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
})
const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]

try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en-US' })
  await page.addInitScript(() => {
    /** Lines that canvases were asked to draw. */
    window.strokes = 0
    const { stroke } = CanvasRenderingContext2D.prototype
    CanvasRenderingContext2D.prototype.stroke = function (...path) {
      window.strokes++
      window.drawn?.add(this.canvas)
      return stroke.apply(this, path)
    }

    /**
     * Milliseconds from an action until all that it changes is painted: in the window, and on the whole page. It is over
     * once `done` holds and nothing has changed for a while.
     */
    window.untilPainted = (act, done) =>
      new Promise((resolve) => {
        const begun = performance.now()
        const times = { window: 0, page: 0 }
        let quietSince = begun
        const changed = (window.drawn = new Set())
        const observer = new MutationObserver((records) =>
          records.forEach(({ target }) => changed.add(target)),
        )
        observer.observe(document.querySelector('main'), {
          subtree: true,
          childList: true,
          characterData: true,
          attributes: true,
        })
        const inWindow = (node) => {
          const { top, bottom } = (
            node.nodeType === Node.TEXT_NODE ? node.parentElement : node
          ).getBoundingClientRect()
          return top < innerHeight && bottom > 0
        }
        const frame = () => {
          if (changed.size) {
            const nodes = [...changed].filter(({ isConnected }) => isConnected)
            changed.clear()
            // The frame's own work comes first; a message that is posted in it arrives once the frame is painted.
            const { port1, port2 } = new MessageChannel()
            port1.onmessage = () => {
              quietSince = performance.now()
              times.page = quietSince - begun
              if (nodes.some(inWindow)) times.window = times.page
            }
            port2.postMessage(null)
          }
          if (times.window && done() && performance.now() - quietSince > 400) {
            observer.disconnect()
            resolve(times)
          } else requestAnimationFrame(frame)
        }
        act()
        requestAnimationFrame(frame)
      })
  })

  /** To a part of all races and back to all of them, by turns. */
  async function filterTimes(path, shown) {
    await page.goto(address + path)
    await page.waitForFunction(
      ([selector, count]) =>
        document.querySelector(selector)?.textContent.replace(/\D/g, '') === String(count),
      [shown, RACES],
      { timeout: 60_000 },
    )
    const counts = DISCIPLINES.map((discipline) => [
      discipline,
      races.filter((race) => race.discipline === discipline).length,
    ])
    return page.evaluate(
      async ([counts, all, shown]) => {
        const select = [...document.querySelectorAll('search select')].find(({ options }) =>
          [...options].some(({ value }) => value === 'dirt_oval'),
        )
        const times = []
        for (const [value, count] of [...counts, ...counts].flatMap((part) => [part, ['', all]])) {
          const isShown = () =>
            document.querySelector(shown)?.textContent.replace(/\D/g, '') === String(count)
          times.push(
            await window.untilPainted(() => {
              select.value = value
              select.dispatchEvent(new Event('change'))
            }, isShown),
          )
        }
        return times
      },
      [counts, RACES, shown],
    )
  }
  const log = await filterTimes('/races', '[data-testid=race-count]')
  const analytics = await filterTimes('/analytics', '[data-figure=races] .value')

  await page.goto(`${address}/races/${lapChart.driverRaceId}`)
  await page.waitForSelector('#charts', { timeout: 60_000 })
  await page.getByRole('link', { name: 'Charts', exact: true }).click()
  await page.waitForFunction(() => document.querySelectorAll('.chart canvas').length === 4, null, {
    timeout: 60_000,
  })
  const charts = await page.evaluate(async (cars) => {
    const toggle = document.querySelector('.chart .actions button')
    // The way to the charts is over by then.
    await new Promise((done) => setTimeout(done, 1_000))
    toggle.scrollIntoView({ block: 'center' })
    const times = []
    for (let round = 0; round < 13; round++) {
      toggle.click()
      await new Promise((done) => setTimeout(done, 300))
      window.strokes = 0
      const drawn = () => toggle.closest('.chart').querySelector('canvas') !== null && window.strokes >= cars
      times.push(await window.untilPainted(() => toggle.click(), drawn))
    }
    return times
  }, CARS)
  const hovers = await page.evaluate(async () => {
    const [first, ...others] = document.querySelectorAll('.chart .u-over')
    const { left, top, width } = first.getBoundingClientRect()
    const times = []
    for (let round = 1; round <= 11; round++) {
      const lap = () => document.querySelector('.readout caption').textContent
      const cursors = () => others.map((over) => over.querySelector('.u-cursor-x').style.transform).join()
      const before = [lap(), cursors()]
      const moved = () => lap() !== before[0] && cursors() !== before[1]
      const at = { clientX: left + (width * round) / 12, clientY: top + 40, bubbles: true }
      times.push(await window.untilPainted(() => first.dispatchEvent(new MouseEvent('mousemove', at)), moved))
    }
    return times
  })

  const inWindow = (times) => times.map((time) => Math.round(time.window * 10) / 10)
  const onPage = (times) => times.map((time) => Math.round(time.page * 10) / 10)
  const narrowed = (times) => times.filter((_, index) => index % 2 === 0)
  const widened = (times) => times.filter((_, index) => index % 2 === 1)
  const filters = [log, analytics].flatMap((times) => [narrowed(times), widened(times)])
  console.log(
    JSON.stringify({
      filter_to_paint_ms_5000: Math.max(...filters.map((times) => median(inWindow(times)))),
      filter_to_whole_page_ms_5000: Math.max(...filters.map((times) => median(onPage(times)))),
      lap_chart_paint_ms_60x700: median(inWindow(charts)),
      lap_chart_hover_ms_60x700: median(inWindow(hovers)),
      log: inWindow(log),
      analytics: inWindow(analytics),
      analytics_whole_page: onPage(analytics),
      charts: inWindow(charts),
      hovers: inWindow(hovers),
    }),
  )
} finally {
  await browser.close()
  server.close()
}
