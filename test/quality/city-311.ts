/** Departments of a city in the shape of New York's 311: their part of all requests, and how it changed from 2018 to 2019. */
export const DEPARTMENTS = [
  { name: "housing", share: 41, change: 0.63 },
  { name: "transport", share: 17, change: 1 },
  { name: "police", share: 12, change: 1.1 },
  { name: "sanitation", share: 12, change: 0.29 },
  { name: "buildings", share: 10, change: 1 },
  { name: "parks", share: 8, change: 1 },
] as const;

/** What a department's requests are: how often, minutes at the median, working days until due. */
export const TYPES = [
  { often: 5, minutes: 10, days: 1 },
  { often: 3, minutes: 20, days: 3 },
  { often: 2, minutes: 45, days: 8 },
] as const;

/** Arrivals by hour of the day, a part of a day in all. */
export const HOURS = [1, 1, 1, 1, 1, 1, 2, 5, 9, 12, 12, 10, 9, 9, 9, 8, 6, 5, 3, 3, 2, 2, 2, 1];
/** By day of the week, Monday first. */
export const WEEK = [1.12, 1.08, 1.05, 1, 0.95, 0.35, 0.3];
/** Shape of the gamma factor of a day. */
export const BURST_SHAPE = 12;
