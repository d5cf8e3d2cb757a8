const SPLITTER = 2 ** 27 + 1;

/**
 * How far `result` is from the dot product of two rows, and the sum of the terms' magnitudes.
 *
 * The product runs in twice the digits: each term with its own rounding error (Dekker's split), each addition with its
 * (Knuth's two-sum). T. Ogita, S. Rump, S. Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26 (2005), Dot2.
 */
export function exactDot(
  a: Float64Array,
  b: Float64Array,
  result: number,
): { readonly difference: number; readonly magnitude: number } {
  let high = 0, low = 0, magnitude = 0;
  for (let i = 0; i < a.length; i++) {
    const product = a[i] * b[i];
    const aHigh = SPLITTER * a[i] - (SPLITTER * a[i] - a[i]),
      bHigh = SPLITTER * b[i] - (SPLITTER * b[i] - b[i]);
    const aLow = a[i] - aHigh, bLow = b[i] - bHigh;
    const productError = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
    const total = high + product;
    const part = total - high;
    low += high - (total - part) + (product - part) + productError;
    high = total;
    magnitude += Math.abs(product);
  }
  return { difference: high - result + low, magnitude };
}
