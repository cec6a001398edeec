// What a race shows below its results: one file, which comes when one of them is near.
export { default as RaceCharts } from './charts/RaceCharts.vue'
export { default as LapComparison } from './components/LapComparison.vue'
export { default as LapClasses } from './pace/LapClasses.vue'
export { default as PaceTable } from './pace/PaceTable.vue'
export { default as RatingSection } from './rating/RatingSection.vue'
