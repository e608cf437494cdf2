import { isLocalDate, type LocalDate } from '../../kernel/dates.ts';

/** Before any books that we keep; the database itself refuses the year 0. */
const FIRST_DAY: LocalDate = '1900-01-01';

/** A day that books can have. */
export function isBookDay(text: string): boolean {
  return isLocalDate(text) && text >= FIRST_DAY;
}
