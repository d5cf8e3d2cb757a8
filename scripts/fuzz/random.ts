/** Whole numbers below `bound`, 1 to 2^32, each as likely as the next but for 2^-32. */
export type Random = (bound: number) => number;

/**
 * A small seeded generator, of good quality and not for secrets.
 *
 * Source: Chris Doty-Humphrey's sfc32 (PractRand), its state filled by FNV-1a hashes of `key`.
 *
 * @param key Any text; equal keys give equal numbers in every runtime.
 */
export function seededRandom(key: string): Random {
  let a = hash(key, 0x811c9dc5);
  let b = hash(key, a);
  let c = hash(key, b);
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter++) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) next();
  return (bound) => Math.floor(next() / 2 ** 32 * bound);
}

function hash(key: string, start: number): number {
  let value = start;
  for (let i = 0; i < key.length; i++) value = Math.imul(value ^ key.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
