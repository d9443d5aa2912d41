/* Numbers, dates and lengths of time as the reader writes them; words/written.py in the browser. */
"use strict";

(function (sunwai) {
  const frame = document.documentElement.dataset;
  const MONTHS = [
    sunwai.t("Jan"), sunwai.t("Feb"), sunwai.t("Mar"), sunwai.t("Apr"), sunwai.t("May"),
    sunwai.t("Jun"), sunwai.t("Jul"), sunwai.t("Aug"), sunwai.t("Sep"), sunwai.t("Oct"),
    sunwai.t("Nov"), sunwai.t("Dec"),
  ];
  const HIJRI_MONTHS = [
    sunwai.t("Muharram"), sunwai.t("Safar"), sunwai.t("Rabi al-Awwal"), sunwai.t("Rabi al-Thani"),
    sunwai.t("Jumada al-Ula"), sunwai.t("Jumada al-Akhirah"), sunwai.t("Rajab"),
    sunwai.t("Shaban"), sunwai.t("Ramadan"), sunwai.t("Shawwal"), sunwai.t("Dhu al-Qadah"),
    sunwai.t("Dhu al-Hijjah"),
  ];

  /** A number with its thousands apart: "1,234", or with places after the point. */
  sunwai.number = function (value, places) {
    const shape = { minimumFractionDigits: places || 0, maximumFractionDigits: places || 0 };
    return sunwai.digits(Number(value).toLocaleString("en", shape));
  };

  /** A length of time in words: "40 s", "12 min", "3 h 10 min", "2 d 4 h". */
  sunwai.span = function (seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const days = Math.floor(whole / 86400);
    const hours = Math.floor((whole % 86400) / 3600);
    const minutes = Math.floor((whole % 3600) / 60);
    if (days) return both(sunwai.tn("{n} d", "{n} d", days), hours && hoursIn(hours));
    if (hours) return both(hoursIn(hours), minutes && minutesIn(minutes));
    return minutes ? minutesIn(minutes) : sunwai.tn("{n} s", "{n} s", whole);
  };

  const hoursIn = (n) => sunwai.tn("{n} h", "{n} h", n);
  const minutesIn = (n) => sunwai.tn("{n} min", "{n} min", n);
  const both = (larger, smaller) => (smaller ? `${larger} ${smaller}` : larger);

  /** How long ago an instant was: "12 min ago". */
  sunwai.ago = function (iso, now) {
    if (!iso) return sunwai.t("not told");
    return sunwai.t("{time} ago", { time: sunwai.span((now - Date.parse(iso)) / 1000) });
  };

  function parts(at, locale) {
    const shape = { timeZone: frame.zone || undefined, hourCycle: "h23", day: "2-digit",
      month: "numeric", year: "numeric", hour: "2-digit", minute: "2-digit" };
    const found = new Intl.DateTimeFormat(locale, shape).formatToParts(at);
    return Object.fromEntries(found.map((part) => [part.type, part.value]));
  }

  /** An instant in the organisation's zone: "22 Nov 2026 04:33", and the Hijri date for who asked. */
  sunwai.instant = function (iso) {
    const at = new Date(iso);
    const p = parts(at, "en-u-ca-gregory");
    const told = `${p.day} ${MONTHS[Number(p.month) - 1]} ${p.year} ${p.hour}:${p.minute}`;
    const hijri = sunwai.hijri(at);
    return sunwai.digits(told) + (hijri ? ` · ${hijri}` : "");
  };

  /** The Hijri date for who chose it, by calculation (Umm al-Qura); empty for others. */
  sunwai.hijri = function (at) {
    if (frame.calendar !== "hijri") return "";
    const p = parts(at, "en-u-ca-islamic-umalqura-nu-latn");
    const name = HIJRI_MONTHS[Number(p.month) - 1];
    return sunwai.digits(`${Number(p.day)} ${name} ${p.relatedYear || p.year}`);
  };
})(window.sunwai);
