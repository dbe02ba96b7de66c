const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The one language of the dashboard, with the reader's own clock. */
const LANGUAGE = 'en-GB';
const clock = new Intl.DateTimeFormat(LANGUAGE, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const moment = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const date = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short' });
const oldDate = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium' });
const percent = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1, roundingMode: 'trunc' });
const count = new Intl.NumberFormat(LANGUAGE);
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const exactMoney = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', minimumFractionDigits: 4 });

/** A length of time in milliseconds, in its two largest units: `4 s`, `2 min 5 s`, `3 h 10 min`, `2 d 4 h`. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms / SECOND_MS)) * SECOND_MS;
  const units = [
    [DAY_MS, 'd'],
    [HOUR_MS, 'h'],
    [MINUTE_MS, 'min'],
    [SECOND_MS, 's'],
  ] as const;
  const first = units.findIndex(([size]) => whole >= size);
  if (first === -1) return '0 s';
  const [size, name] = units[first] ?? [SECOND_MS, 's'];
  const [smaller, smallerName] = units[first + 1] ?? [0, ''];
  const rest = smaller === 0 ? 0 : Math.floor((whole % size) / smaller);
  return `${Math.floor(whole / size)} ${name}${rest === 0 ? '' : ` ${rest} ${smallerName}`}`;
}

/**
 * How long ago a moment was, as of `now` in milliseconds: `now`, `5 min ago`, `3 h ago`, `6 d ago`, else its
 * day, with the year of an old one.
 */
export function formatAgo(iso: string, now: number): string {
  const ms = now - Date.parse(iso);
  if (ms < 45 * SECOND_MS) return 'now';
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min ago`;
  if (ms < DAY_MS) return `${Math.round(ms / HOUR_MS)} h ago`;
  if (ms < 14 * DAY_MS) return `${Math.round(ms / DAY_MS)} d ago`;
  return (ms < 300 * DAY_MS ? date : oldDate).format(new Date(iso));
}

/** Time of day, `14:03:27`. */
export const formatClock = (iso: string): string => clock.format(new Date(iso));

/** Day and time of day. */
export const formatMoment = (iso: string): string => moment.format(new Date(iso));

/** A day that was counted in UTC, such as `2026-11-03`, wherever the reader is: `3 Nov`. */
export const formatDay = (utcDay: string): string => day.format(new Date(utcDay));

/** A part of a whole: `97.5 %`. Cut, not rounded, so that only all of it is `100 %`. */
export const formatShare = (part: number, whole: number): string => `${percent.format((part / whole) * 100)} %`;

/** A whole number, digits in groups. */
export const formatCount = (value: number): string => count.format(value);

/** A number that may be large, in short: `1.2K`, `22M`. */
export const formatCompact = (value: number): string => compact.format(value);

/** US dollars to the cent, so that sums under each other compare; a dash for what is not known. */
export function formatMoney(usd: number | null): string {
  if (usd === null) return '–';
  return usd > 0 && usd < 0.01 ? '< $0.01' : money.format(usd);
}

/** US dollars to the hundredth of a cent, for one sum that stands by itself. */
export const formatExactMoney = (usd: number | null): string => (usd === null ? '–' : exactMoney.format(usd));

/** Bytes: `812 B`, `14.2 kB`, `3.1 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
