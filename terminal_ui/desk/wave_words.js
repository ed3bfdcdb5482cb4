// How times of the day and weekdays are written and read on the pages of waves.
import { locale, t } from '../core/texts.js';

const DAY = 86400000;
const MONDAY = Date.UTC(2026, 0, 5);

/** 545 → '9:05'. */
export function clockOf(minute) {
  return Math.floor(minute / 60) + ':' + String(minute % 60).padStart(2, '0');
}

/** '9:05' or '09：05' → 545; null when it is no time of a day. */
export function minuteOf(text) {
  const found = /^(\d{1,2})[:：.](\d{2})$/.exec(text.trim());
  const minute = found ? Number(found[1]) * 60 + Number(found[2]) : -1;
  return found && Number(found[2]) < 60 && minute < 1440 ? minute : null;
}

/** '8:00, 14:30' → [480, 870]; what is no time is left out. */
export function minutesOf(text) {
  const found = text.split(/[\s,，、;；]+/).map(minuteOf).filter((one) => one !== null);
  return Array.from(new Set(found)).sort((one, other) => one - other);
}

/** The short name of a weekday, 1 is Monday. */
export function dayName(day) {
  return new Intl.DateTimeFormat(locale().replace('_', '-'), { weekday: 'short', timeZone: 'UTC' }).format(new Date(MONDAY + (day - 1) * DAY));
}

/** 'every day', 'Mon–Fri', or the days by name. */
export function daysOf(days) {
  if (days.length === 7) return t('waves.every_day');
  const row = days.slice().sort();
  const together = row.length > 2 && row[row.length - 1] - row[0] === row.length - 1;
  return together ? dayName(row[0]) + '–' + dayName(row[row.length - 1]) : row.map(dayName).join(' ');
}
