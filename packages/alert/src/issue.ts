/** One thing that is wrong with an input. Safe to log and to send back: no long or secret-looking value is in it. */
export interface Issue {
  /** Where: a JSON pointer (RFC 6901), `""` for the whole. Very long keys are cut. */
  readonly path: string;
  /** What was there: its kind, and a short value where that helps. */
  readonly found: string;
  /** What would have been right. */
  readonly expected: string;
  /** Both in one sentence, with the nearest valid word where there is one. */
  readonly message: string;
}
