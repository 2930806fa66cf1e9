/** Everything a table may be; past it the file gets a problem of its own. */

/** Bytes of an uploaded CSV file: about a million resources. */
export const CSV_BYTES_MAX = 256 * 1024 * 1024;
/** Bytes of an uploaded workbook, and of all its parts unpacked. A workbook is read whole, a CSV file is not. */
export const XLSX_BYTES_MAX = 16 * 1024 * 1024;
export const XLSX_UNPACKED_BYTES_MAX = 128 * 1024 * 1024;
export const XLSX_PARTS_MAX = 500;
/** Rows of one table, read from CSV. */
export const CSV_ROWS_MAX = 1_000_000;
/** Rows of one sheet, read or written. */
export const XLSX_ROWS_MAX = 50_000;
/** Columns of a table; ours have at most 20. */
export const COLUMNS_MAX = 100;
/** Bytes of one CSV record: the longest guide of an item fits many times. */
export const RECORD_BYTES_MAX = 256 * 1024;
