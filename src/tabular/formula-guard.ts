/**
 * A CSV cell that begins with one of these is computed by spreadsheets (OWASP "CSV injection"; ASVS 1.2.10).
 * Full-width forms are folded by some of them.
 */
const RISKY = /^\s*[=+\-@\t\r＝＋－＠]/;

/** Data stays raw in the pool; the guard is put on at export. */
export const guarded = (text: string): string => (RISKY.test(text) || text.startsWith("'") ? `'${text}` : text);

/** Takes our own guard off again, so that an export can be imported unchanged. */
export const unguarded = (text: string): string =>
  text.startsWith("'") && (RISKY.test(text.slice(1)) || text.startsWith("''")) ? text.slice(1) : text;
