/** The middle of some numbers, the mean of the two middle ones when they are even in number; NaN when there is none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The exponent e of the power law size^e that runs through the first and last of some measurements. */
export function growthExponent(points: readonly { readonly size: number; readonly value: number }[]): number {
  const first = points[0], last = points[points.length - 1];
  return Math.log(last.value / first.value) / Math.log(last.size / first.size);
}
