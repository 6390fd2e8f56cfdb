// How times, durations and amounts are written, in the office's own time zone.

let zone = 'Asia/Jakarta';
let clockFormat;
let secondsFormat;
let dayFormat;
let dateFormat; // "2026-11-21", to tell days apart

/** Sets the office's time zone (IANA name). */
export function setZone(name) {
  if (name && (name !== zone || !clockFormat)) {
    zone = name;
    clockFormat = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    secondsFormat = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeStyle: 'medium', hourCycle: 'h23' });
    dateFormat = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    dayFormat = new Intl.DateTimeFormat('id-ID', { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  }
}
setZone(zone);

/** The day "2026-11-21" in the office of ms or an RFC 3339 string. */
export const dateOf = (at) => dateFormat.format(new Date(at));

/** "14.30" of ms or an RFC 3339 string. */
export const clock = (at) => clockFormat.format(new Date(at)).replace(':', '.');

/** "Sabtu, 21 November 2026" of a business day "2026-11-21". */
export const longDay = (day) => dayFormat.format(new Date(`${day}T12:00:00+07:00`));

const DAY = 86400000; // ms
const months = ['Januari', 'Februari', 'Maret', 'April', 'Mei', 'Juni', 'Juli', 'Agustus', 'September', 'Oktober', 'November', 'Desember'];

/** "1 Juli 1958" of a date "1958-07-01". */
export function day(date) {
  const [y, m, d] = date.split('-').map(Number);
  return `${d} ${months[m - 1]} ${y}`;
}

/** "pukul 14.20" of a time today, "besok pukul 07.00", "kemarin pukul 07.00", "3 Maret 2026 pukul 07.00". */
export function moment(at, now) {
  const days = [0, DAY, -DAY].map((off) => dateOf(now + off));
  const then = dateOf(at);
  const near = ['', 'besok ', 'kemarin '][days.indexOf(then)];
  return `${near ?? `${day(then)} `}pukul ${clock(at)}`;
}

/** "21 Nov 2026, 14.20.05" of an RFC 3339 string. */
export function stamp(at) {
  const [d, month, y] = day(dateOf(at)).split(' ');
  return `${d} ${month.slice(0, 3)} ${y}, ${secondsFormat.format(new Date(at)).replaceAll(':', '.')}`;
}

/** Whole minutes between two times, never negative. */
export const minutes = (from, to) => Math.max(0, Math.floor((to - Date.parse(from)) / 60000));

/** "4 mnt", "1 j 05 mnt". */
export function shortMinutes(n) {
  return n < 60 ? `${n} mnt` : `${Math.floor(n / 60)} j ${String(n % 60).padStart(2, '0')} mnt`;
}

/** "4 menit", "1 jam 5 menit". */
export function longMinutes(n) {
  if (n < 60) {
    return `${n} menit`;
  }
  return n % 60 ? `${Math.floor(n / 60)} jam ${n % 60} menit` : `${n / 60} jam`;
}

/** "04:12" or "1:04:12" from a start to now. */
export function elapsed(from, now) {
  const s = Math.max(0, Math.floor((now - Date.parse(from)) / 1000));
  const two = (n) => String(n).padStart(2, '0');
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return s < 3600 ? rest : `${Math.floor(s / 3600)}:${rest}`;
}

/** "8,4 mnt" from seconds; a dash when there is nothing to average. */
export function average(seconds) {
  return seconds > 0 ? `${(seconds / 60).toFixed(1).replace('.', ',')} mnt` : '–';
}

/** "1.204". */
export const count = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, '.');

/** "Rp157.500", or "Gratis". */
export const rupiah = (n) => (n > 0 ? `Rp${count(n)}` : 'Gratis');
