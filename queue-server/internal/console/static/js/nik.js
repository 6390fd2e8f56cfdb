// The rules of a NIK (protocol/nik.go has the same, and a test compares both): 16 digits of province, regency and
// district, date of birth (the day plus 40 for women) and serial. Problems are error codes of the wire. today is always
// the office's own day, as "2026-11-22". Nothing is kept here.

const LENGTH = 16;
const WOMEN_ADD = 40; // to the day of birth
const PROVINCES = new Set([
  '11', '12', '13', '14', '15', '16', '17', '18', '19', '21', '31', '32', '33', '34', '35', '36', '51', '52', '53',
  '61', '62', '63', '64', '65', '71', '72', '73', '74', '75', '76', '81', '82', '91', '92', '93', '94', '95', '96',
]);

const BEGINNINGS = new Set([...PROVINCES].map((code) => code[0]));

const digitsOnly = (s) => /^[0-9]*$/.test(s);

/** True for what looks like the number of a card's chip: 4, 7 or 10 bytes in hex digits. */
export const isUID = (s) => /^(?:[0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})$/i.test(s);

/** A number as people write it, without the spaces, dots and dashes between its digits. */
export const bare = (typed) => typed.replace(/[ .-]/g, '');

/** What is wrong with a whole NIK; an empty string when it can be one. */
export function nikProblem(typed, today) {
  const digits = bare(typed);
  if (digits.length === LENGTH && digitsOnly(digits)) {
    return checkNIK(digits, today);
  }
  if (digitsOnly(digits)) {
    return 'nik_length';
  }
  return isUID(digits) ? 'nik_is_uid' : 'nik_letters';
}

/** What is certainly wrong with the first digits of a NIK, whatever follows; an empty string while nothing is. */
export function checkNIK(prefix, today) {
  if (!digitsOnly(prefix)) {
    return 'nik_letters';
  }
  if (prefix.length > LENGTH) {
    return 'nik_length';
  }
  if (prefix && !(prefix.length === 1 ? BEGINNINGS : PROVINCES).has(prefix.slice(0, 2))) {
    return 'nik_province';
  }
  const problem = dayProblem(prefix) || monthProblem(prefix) || yearProblem(prefix, today);
  if (problem) {
    return problem;
  }
  return prefix.length === LENGTH && prefix.endsWith('0000') ? 'nik_serial' : '';
}

const two = (prefix, at) => Number(prefix.slice(at, at + 2));

/** The day of birth, without the women's 40. */
function dayOf(prefix) {
  const day = two(prefix, 6);
  return day > WOMEN_ADD ? day - WOMEN_ADD : day;
}

function dayProblem(prefix) {
  if (prefix.length >= 7 && prefix[6] > '7') {
    return 'nik_day';
  }
  return prefix.length >= 8 && (dayOf(prefix) < 1 || dayOf(prefix) > 31) ? 'nik_day' : '';
}

function monthProblem(prefix) {
  if (prefix.length >= 9 && prefix[8] > '1') {
    return 'nik_month';
  }
  if (prefix.length < 10) {
    return '';
  }
  const month = two(prefix, 8);
  if (month < 1 || month > 12) {
    return 'nik_month';
  }
  return dayOf(prefix) > daysIn(month, 2000) ? 'nik_date' : ''; // a leap year: whether it was one is not known yet
}

function yearProblem(prefix, today) {
  if (prefix.length < 12 || birth(prefix, today) !== null) {
    return '';
  }
  const [day, month, year] = [dayOf(prefix), two(prefix, 8), two(prefix, 10)];
  return day <= daysIn(month, 2000 + year) && day > daysIn(month, 1900 + year) ? 'nik_future' : 'nik_date';
}

const daysIn = (month, year) => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** Midnight UTC of the date in the 2000s when it has come, else in the 1900s; null when neither exists. */
function birth(prefix, today) {
  const [day, month, year] = [dayOf(prefix), two(prefix, 8), two(prefix, 10)];
  for (const century of [2000, 1900]) {
    const date = Date.UTC(century + year, month - 1, day);
    if (day <= daysIn(month, century + year) && date <= Date.parse(today)) {
      return date;
    }
  }
  return null;
}

/** The date of birth "2006-01-02" that a NIK without a problem tells. */
export const birthDate = (nik, today) => new Date(birth(nik, today)).toISOString().slice(0, 10);

/** A whole NIK in groups, as it is read out: "197199 410758 0001". */
export const grouped = (nik) => nik.replace(/^(\d{6})(\d{6})(\d{4})$/, '$1 $2 $3');
