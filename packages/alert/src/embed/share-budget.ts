/** Something that wants `count` of a budget, and how much louder than others it asks. */
export interface Claim {
  readonly count: number;
  readonly weight: number;
}

/**
 * Shares `budget` among claims so that none gets more than it wants and what one leaves goes to the others: those that
 * still want more have shares in proportion to their weights (weighted max-min fairness).
 *
 * Returns whole numbers in the order of `claims`, in sum at most `budget`.
 */
export function shareBudget(claims: readonly Claim[], budget: number): readonly number[] {
  if (claims.reduce((sum, claim) => sum + claim.count, 0) <= budget) return claims.map((claim) => claim.count);
  const shares = claims.map(() => 0);
  let left = Math.max(0, budget);
  let weightLeft = claims.reduce((sum, claim) => sum + claim.weight, 0);
  const byNeed = claims.map((claim, index) => ({ ...claim, index }));
  byNeed.sort((one, other) => one.count / one.weight - other.count / other.weight);
  for (const { count, weight, index } of byNeed) {
    const share = Math.min(count, Math.floor((left * weight) / weightLeft));
    shares[index] = share;
    left -= share;
    weightLeft -= weight;
  }
  return shares;
}
