// The wire's bodies under the names that pages use. They are read off the routes, so the generated schema's own names
// may change freely.
import type { paths } from './schema'

type JsonOf<Answer> = Answer extends { content: { 'application/json': infer Body } } ? Body : never

export type SignInSession = JsonOf<paths['/auth/refresh']['post']['responses'][200]>
export type Driver = SignInSession['driver']

export type RaceList = JsonOf<paths['/driver/{driver_id}/races']['get']['responses'][200]>
export type Race = RaceList['items'][number]
export type RaceKind = Race['kind']
export type Discipline = NonNullable<Race['discipline']>

export type Session = JsonOf<paths['/session/{subsession_id}']['get']['responses'][200]>
export type Entrant = Session['entrants'][number]
export type TeamDriver = Entrant['drivers'][number]
export type SimsessionResult = Entrant['results'][number]
export type Simsession = Session['simsessions'][number]
export type Weather = NonNullable<Session['weather']>

export type FieldLaps = JsonOf<paths['/session/{subsession_id}/laps']['get']['responses'][200]>
export type LapColumns = FieldLaps['entrants'][number]

export type RunList = JsonOf<paths['/ingestion/runs']['get']['responses'][200]>
export type Run = RunList['items'][number]
export type FailedRaceList = JsonOf<paths['/ingestion/failed-races']['get']['responses'][200]>
export type FailedRace = FailedRaceList['items'][number]

export type ImportOutcome = JsonOf<paths['/import/event-result']['post']['responses'][200]>
export type LogImport = JsonOf<paths['/import/log']['post']['responses'][200]>

export type JournalEntry = JsonOf<
  paths['/driver/{driver_id}/races/{driver_race_id}/journal']['get']['responses'][200]
>
export type JournalList = JsonOf<paths['/driver/{driver_id}/journal']['get']['responses'][200]>
export type JournalItem = JournalList['items'][number]
export type Sentiment = NonNullable<JournalEntry['sentiment']>

export type RaceAnalysis = JsonOf<paths['/session/{subsession_id}/analysis']['get']['responses'][200]>
export type EntrantAnalysis = RaceAnalysis['entrants'][number]
export type StoryEvent = RaceAnalysis['story'][number]
export type PlaceStep = RaceAnalysis['placeSteps']['inClass'][number]
export type Stint = EntrantAnalysis['stints'][number]
export type LapSpread = NonNullable<EntrantAnalysis['paces'][number]['spread']>
export type LapClass = RaceAnalysis['lapClasses'][number]
export type LapReason = RaceAnalysis['lapReasons'][number]

export type TrackList = JsonOf<paths['/tracks']['get']['responses'][200]>
export type Track = TrackList['items'][number]
export type Car = JsonOf<paths['/cars']['get']['responses'][200]>['items'][number]
export type TrackMap = JsonOf<paths['/track/{track_id}/map']['get']['responses'][200]>
export type TrackMapLayerName = TrackMap['layers'][number]['name']
export type Description = JsonOf<paths['/track/{track_id}/description']['get']['responses'][200]>
export type Series = JsonOf<paths['/series']['get']['responses'][200]>['items'][number]

export type RatingCurves = JsonOf<paths['/driver/{driver_id}/analytics/ratings']['get']['responses'][200]>

export type Export = JsonOf<paths['/driver/{driver_id}/exports']['get']['responses'][200]>['items'][number]
export type ExportFormat = Export['format']
