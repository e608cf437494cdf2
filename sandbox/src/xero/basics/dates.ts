import { Invalid } from './refusal.ts';

const DAY = /^(\d{4}-\d{2}-\d{2})(?:T00:00:00(?:\.0+)?Z?)?$/;
const MS_DATE = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/;

/** An instant as Xero's JSON writes it. */
export function msDate(at: number): string {
  return `/Date(${at}+0000)/`;
}

/** A day (`2026-11-20`) as Xero's JSON writes it. */
export function msDay(day: string): string {
  return msDate(Date.parse(`${day}T00:00:00Z`));
}

/** The readable twin of a day, `DateString`. */
export function dayString(day: string): string {
  return `${day}T00:00:00`;
}

/** The instant inside `/Date(…)/`; undefined for any other text. */
export function readMsDate(text: string): number | undefined {
  const match = MS_DATE.exec(text);
  return match === null ? undefined : Number(match[1]);
}

/** Reads a day that was sent: `YYYY-MM-DD`, with midnight behind it or not, or `/Date(…)/`. */
export function readDay(text: string, name: string): string {
  const at = readMsDate(text);
  if (at !== undefined) return dayOf(at);
  const day = DAY.exec(text)?.[1];
  if (day !== undefined && isDay(day)) return day;
  throw new Invalid(`${name} is not a valid date`);
}

/** The UTC day of an instant. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && dayOf(at) === text;
}
