import { calendarDate, lapTime, moment } from '../src/shared/format/time'
import { choose, CLUB_RACER, expect, expectAccessible, signIn, syncToTheEnd, test } from './spinout'

test('a career adds up, and leads to tracks, cars and series', async ({ page }) => {
  await signIn(page, CLUB_RACER)
  await syncToTheEnd(page)
  const pages = page.getByRole('navigation', { name: 'Pages' })
  const races = page.locator('[data-figure=races] .value')
  const count = async () => Number((await races.textContent())!.replace(/\D/g, ''))

  await test.step('the analytics count every race', async () => {
    await pages.getByRole('link', { name: 'Analytics' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Analytics' })).toBeFocused()
    await expect(races).not.toHaveText('0')
    await expect(page.getByRole('slider', { name: 'iRating over time' })).toBeVisible()
    await expectAccessible(page, 'analytics')
  })

  const all = await count()

  await test.step('groups add up to all races, and sort by their columns', async () => {
    const groups = page.getByRole('region', { name: 'By what you race' })
    await groups.getByRole('button', { name: 'Weekday' }).click()
    const rows = groups.getByRole('table').locator('tbody tr')
    const counts = await rows.locator('td.races').allTextContents()
    expect(counts.reduce((sum, text) => sum + Number(text.replace(/\D/g, '')), 0)).toBe(all)
    await groups.getByRole('button', { name: 'Races', exact: true }).click()
    await expect(groups.getByRole('columnheader', { name: 'Races' })).toHaveAttribute(
      'aria-sort',
      'descending',
    )
  })

  await test.step('charts follow the keyboard', async () => {
    const chart = page.getByRole('slider', { name: 'iRating over time' })
    const before = await chart.getAttribute('aria-valuetext')
    await chart.focus()
    await page.keyboard.press('Home')
    await expect(chart).not.toHaveAttribute('aria-valuetext', before!)
    const calendar = page.getByRole('slider', { name: /^Races by day in/ })
    await calendar.focus()
    await page.keyboard.press('ArrowLeft')
    await expect(calendar).toHaveAttribute('aria-valuetext', /\d{4}/)
  })

  await test.step('a filter narrows all of it, and is in the address', async () => {
    await choose(page, 'Result', 'podium')
    await expect(page).toHaveURL(/result=podium/)
    await expect.poll(count).toBeLessThan(all)
    const podiums = await count()
    await expect(page.locator('[data-figure=podiums] .value')).toHaveText(String(podiums))
    await page.reload()
    await expect(races).toHaveText(String(podiums))
    await pages.getByRole('link', { name: 'Race log' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Race log' })).toBeVisible()
    await page.goBack()
    await expect(races).toHaveText(String(podiums))
  })

  await test.step('the tracks list what was raced, on a map and in words', async () => {
    await pages.getByRole('link', { name: 'Tracks' }).click()
    await expect(page.getByRole('img', { name: /^World map/ })).toBeVisible()
    await expectAccessible(page, 'tracks')
    await page
      .getByRole('region', { name: 'Tracks' })
      .getByRole('rowheader')
      .getByRole('link')
      .first()
      .click()
    await expect(page.getByRole('heading', { name: 'Your racing here' })).toBeVisible()
    await expect(races).not.toHaveText('0')
    const map = page.getByRole('img', { name: /^Map of / })
    await expect(map.locator('.active path')).toHaveAttribute('d', /^M/)
    await expect(map.getByText('1', { exact: true })).toBeVisible()
    await page.getByRole('checkbox', { name: 'Turns' }).uncheck()
    await expect(map.getByText('1', { exact: true })).toHaveCount(0)
    await expect(page.getByRole('heading', { name: 'About the track' })).toBeVisible()
    await expectAccessible(page, 'track')
  })

  await test.step('a track leads to its cars, and those to their races', async () => {
    await page
      .getByRole('region', { name: 'Personal bests' })
      .getByRole('rowheader')
      .getByRole('link')
      .first()
      .click()
    await expect(page.getByText('Weight', { exact: true }).first()).toBeVisible()
    await expect(page.getByRole('heading', { name: 'Technical data' })).toBeVisible()
    await page
      .getByRole('region', { name: 'Latest races' })
      .getByRole('link', { name: /in the log$/ })
      .click()
    await expect(page).toHaveURL(/\/races\?car=\d+/)
    await expect(page.getByRole('heading', { level: 1, name: 'Race log' })).toBeVisible()
  })

  await test.step('series that nobody has heard of are said to be missing', async () => {
    await page.goto('/series')
    await expect(page.getByRole('region', { name: 'Series' }).getByRole('rowheader').first()).toBeVisible()
    await expectAccessible(page, 'series')
    await page.goto('/series/999999')
    await expect(page.getByRole('alert')).toContainText('Not found')
  })
})

/** What the server answers, which counts by itself. */
interface Told {
  ratings: {
    curves: {
      discipline: string
      points: {
        time: string
        driverRaceId: string | null
        irating: number | null
        licenseClass: number | null
        safetyRating: number | null
        licenseChange: { from: number; to: number } | null
      }[]
    }[]
  }
  bests: {
    items: {
      trackName: string
      carName: string
      kind: 'race' | 'qualifying'
      best: { lapTime: number; when: string; driverRaceId: string }
      progression: { lapTime: number }[]
    }[]
  }
  milestones: { milestones: { when: string; driverRaceId: string; kind: string; value: number }[] }
  months: {
    periods: {
      first: string
      summary: {
        races: number
        wins: number
        incidentsPerLap: number | null
        incidentsPerCorner: number | null
      }
    }[]
  }
}

test('the analytics show what the server counts', async ({ page, request }) => {
  await signIn(page, CLUB_RACER)
  await syncToTheEnd(page)
  const asked = page.waitForRequest('**/analytics/ratings')
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Analytics' }).click()
  const ratings = await asked
  const { authorization } = await ratings.allHeaders()
  async function told<What extends keyof Told>(path: string): Promise<Told[What]> {
    const answer = await request.get(ratings.url().replace('/ratings', path), {
      headers: { authorization: authorization! },
    })
    return (await answer.json()) as Told[What]
  }
  const day = (at: string) => moment(at, 'day', 'en-US', 'Europe/Stockholm')
  const license = (level: number | null) => 'RDCBAP'[level ?? -1]!

  await test.step('curves, from iRacing’s chart to the latest race, with promotions', async () => {
    const { curves } = await told<'ratings'>('/ratings')
    const { points } = curves.find(({ discipline }) => discipline === 'sports_car')!
    const section = page.getByRole('region', { name: 'Ratings' })
    const chart = section.getByRole('slider', { name: 'iRating over time' })
    await expect(chart).toHaveAttribute('aria-valuemax', String(points.length - 1))
    const [first] = points
    expect(first!.driverRaceId).toBeNull()
    for (const [key, { time, irating, licenseClass, safetyRating }] of [
      ['Home', first!],
      ['End', points.at(-1)!],
    ] as const) {
      await chart.focus()
      await page.keyboard.press(key)
      const safety = `${license(licenseClass)} ${(safetyRating! / 100).toFixed(2)}`
      await expect(chart).toHaveAttribute(
        'aria-valuetext',
        new RegExp(`^${day(time)}: iRating ${irating!.toLocaleString('en-US')}, safety rating ${safety}, `),
      )
    }
    await expect(section).toContainText('iRacing’s own chart')
    const changes = points.flatMap(({ licenseChange, time }) =>
      licenseChange ? [{ ...licenseChange, time }] : [],
    )
    expect(changes.length).toBeGreaterThan(0)
    await expect(section.getByRole('listitem')).toHaveText(
      changes
        .reverse()
        .map(
          ({ from, to, time }) =>
            new RegExp(`(Promoted|Demoted) from ${license(from)} to ${license(to)}\\s*${day(time)}`),
        ),
    )
    await expect(section.getByRole('table', { name: 'CPI in the chosen races' })).toContainText('Sports Car')
  })

  await test.step('months, with incidents by lap and by corner', async () => {
    const { periods } = await told<'months'>('?period=month&timeZone=Europe/Stockholm')
    const section = page.getByRole('region', { name: 'Over time' })
    const [bars, last] = [section.getByRole('slider'), periods.at(-1)!]
    const month = calendarDate(last.first, 'month', 'en-US')
    await expect(bars).toHaveAttribute('aria-valuetext', new RegExp(`^${month}: ${last.summary.races} `))
    await section.getByRole('combobox').selectOption('incidentsPerCorner')
    const corner = (last.summary.incidentsPerCorner! * 100).toFixed(2)
    await expect(bars).toHaveAttribute('aria-valuetext', new RegExp(`^${month}: ${corner} `))
    await section.getByRole('button', { name: 'Table' }).click()
    const all = section.getByRole('button', { name: /^Show all/ })
    if (await all.isVisible()) await all.click()
    const column = (name: string) => section.locator(`tbody td.${name}`)
    const newest = periods.map(({ summary }) => summary).reverse()
    await expect(column('races')).toHaveText(newest.map(({ races }) => String(races)))
    await expect(column('wins')).toHaveText(newest.map(({ wins }) => String(wins)))
    await expect(column('incidentsPerLap')).toHaveText(
      newest.map(({ incidentsPerLap }) => incidentsPerLap?.toFixed(2) ?? '–'),
    )
  })

  await test.step('best laps of races and of qualifying, with their days and steps', async () => {
    const { items } = await told<'bests'>('/bests')
    const section = page.getByRole('region', { name: 'Personal bests' })
    await section.getByRole('button', { name: /^Show all/ }).click()
    for (const { kind, offset } of [
      { kind: 'race', offset: 0 },
      { kind: 'qualifying', offset: 3 },
    ]) {
      const cell = (nth: number) => section.locator(`tbody td:nth-child(${3 + offset + nth})`)
      const own = items.filter((item) => item.kind === kind)
      const shown = await cell(0).allTextContents()
      const days = await cell(1).allTextContents()
      const laps = shown.flatMap((text, index) => (text === '–' ? [] : [`${text} ${days[index]!.trim()}`]))
      expect(laps.sort()).toEqual(own.map(({ best }) => `${lapTime(best.lapTime)} ${day(best.when)}`).sort())
      await expect(cell(2).getByRole('button')).toHaveCount(
        own.filter(({ progression }) => progression.length > 1).length,
      )
    }
    const better = items.find(({ kind, progression }) => kind === 'qualifying' && progression.length > 1)!
    await section
      .getByRole('button', { name: new RegExp(`${better.trackName}.*, ${better.carName}, Qualifying`) })
      .click()
    await expect(section.getByRole('listitem')).toHaveText(
      better.progression.map((step) => new RegExp(lapTime(step.lapTime))).reverse(),
    )
    await expectAccessible(page, 'analytics with steps')
  })

  await test.step('qualifying follows filters', async () => {
    await choose(page, 'Result', 'podium')
    const { items } = await told<'bests'>('/bests?result=podium')
    const laps = page.getByRole('region', { name: 'Personal bests' }).locator('tbody td:nth-child(6)')
    await expect(laps.filter({ hasText: ':' })).toHaveCount(
      Math.min(10, items.filter(({ kind }) => kind === 'qualifying').length),
    )
    await choose(page, 'Result', '')
  })

  await test.step('milestones, the latest first', async () => {
    const { milestones } = await told<'milestones'>('/milestones')
    const section = page.getByRole('region', { name: 'Milestones and streaks' })
    await section.getByRole('button', { name: /^Show all/ }).click()
    const expected = [...milestones].reverse()
    await expect(section.getByRole('listitem')).toHaveText(
      expected.map(({ when, kind, value }) => {
        const what =
          kind === 'license'
            ? `License ${license(value)}`
            : value === 1
              ? 'First'
              : value.toLocaleString('en-US')
        return new RegExp(`^${day(when)}.*${what}`)
      }),
    )
    for (const [index, { driverRaceId }] of expected.entries()) {
      await expect(section.getByRole('listitem').nth(index).getByRole('link')).toHaveAttribute(
        'href',
        `/races/${driverRaceId}`,
      )
    }
  })
})
