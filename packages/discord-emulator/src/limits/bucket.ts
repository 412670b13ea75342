/** What a bucket says about one request. Times are relative to the moment of asking. */
export interface BucketReading {
  readonly isAllowed: boolean;
  readonly limitCount: number;
  readonly remainingCount: number;
  /** Until the bucket is full again. */
  readonly resetAfterMs: number;
  /** Until one request is allowed; 0 when one is allowed now. */
  readonly retryAfterMs: number;
}

/** A counter that allows so many requests in so much time. A refused request costs nothing. */
export interface Bucket {
  take(now: number): BucketReading;
  /** Whether forgetting this bucket would change nothing. */
  isFull(now: number): boolean;
}
