// Measures, in a real browser on the built pages, what a driver waits for: the time from a change of filters over
// 5,000 races to its painted result, in the log and in the analytics, and from asking for a chart of 60 cars and 700
// laps to its picture. The API is played by this script. Prints one JSON object; needs a build (`npm run build`) and a
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
function laps() {
  const clocks = entrantIds.map((_, car) => car * 4_000)
  const columns = entrantIds.map(() => ({
    lap: [0],
    sessionTime: [null],
    lapTime: [null],
    position: [],
    flags: [0],
    incident: [0],
  }))
  columns.forEach((column, car) => column.position.push(CARS - car))
  for (let lap = 1; lap <= LAPS; lap++) {
    entrantIds.forEach((_, car) => {
      const pit = lap % 60 === car % 60
      const time = 490_000 + below(9_000) + (pit ? 300_000 : 0)
      clocks[car] += time
      const column = columns[car]
      column.lap.push(lap)
      column.sessionTime.push(clocks[car])
      column.lapTime.push(time)
      column.flags.push(pit ? 2 : 0)
      column.incident.push(below(200) === 0 ? 1 : 0)
    })
    const order = entrantIds.map((_, car) => car).sort((a, b) => clocks[a] - clocks[b])
    order.forEach((car, place) => columns[car].position.push(place + 1))
  }
  return {
    subsessionId: SUBSESSION,
    simsession: 0,
    entrants: entrantIds.map((entrantId, car) => ({ entrantId, ...columns[car], driver: null })),
  }
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
  if (path === `/session/${SUBSESSION}/laps`) return laps()
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
    /** Milliseconds from an action until the frame that it led to is painted. */
    window.untilPainted = (act, drawn = () => true) =>
      new Promise((done) => {
        const begun = performance.now()
        act()
        // The frame's own work comes first; a task that is posted in it runs once the frame is painted.
        const frame = () => {
          if (drawn()) setTimeout(() => done(performance.now() - begun))
          else requestAnimationFrame(frame)
        }
        requestAnimationFrame(frame)
      })
  })

  async function filterTimes(path, ready) {
    await page.goto(address + path)
    await page.waitForFunction(ready, RACES, { timeout: 60_000 })
    return page.evaluate(async (disciplines) => {
      const select = [...document.querySelectorAll('search select')].find(({ options }) =>
        [...options].some(({ value }) => value === 'dirt_oval'),
      )
      const times = []
      for (const value of [...disciplines, '', ...disciplines, '']) {
        times.push(
          await window.untilPainted(() => {
            select.value = value
            select.dispatchEvent(new Event('change'))
          }),
        )
        // What is done behind the picture is over before the next change.
        await new Promise((done) => setTimeout(done, 400))
      }
      return times
    }, DISCIPLINES)
  }
  const log = await filterTimes(
    '/races',
    (count) =>
      document.querySelector('[data-testid=race-count]')?.textContent.replace(/\D/g, '') === String(count),
  )
  const analytics = await filterTimes(
    '/analytics',
    (count) =>
      document.querySelector('[data-figure=races] .value')?.textContent.replace(/\D/g, '') === String(count),
  )

  await page.goto(`${address}/races/${lapChart.driverRaceId}`)
  await page.waitForSelector('#charts', { timeout: 60_000 })
  await page.getByRole('link', { name: 'Charts', exact: true }).click()
  await page.waitForSelector('.chart canvas', { timeout: 60_000 })
  const charts = await page.evaluate(async () => {
    const toggle = document.querySelector('.chart .actions button')
    const times = []
    for (let round = 0; round < 7; round++) {
      toggle.click()
      await new Promise((done) => setTimeout(done, 300))
      const drawn = () => toggle.closest('.chart').querySelector('canvas') !== null
      times.push(await window.untilPainted(() => toggle.click(), drawn))
      await new Promise((done) => setTimeout(done, 300))
    }
    return times
  })

  const rounded = (times) => times.map((time) => Math.round(time * 10) / 10)
  console.log(
    JSON.stringify({
      filter_to_paint_ms_5000: Math.max(median(log), median(analytics)),
      lap_chart_paint_ms_60x700: median(charts),
      log: rounded(log),
      analytics: rounded(analytics),
      charts: rounded(charts),
    }),
  )
} finally {
  await browser.close()
  server.close()
}
