/** Colours as eyes see them that lack one kind of cone, and how far apart two colours look. */

type Triple = readonly [number, number, number];

/** Machado, Oliveira and Fernandes (2009), severity 1.0: linear RGB to linear RGB, row by row. */
const SIGHTS: Readonly<Record<string, readonly Triple[]>> = {
  usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Names of the kinds of sight. */
export const sights = Object.keys(SIGHTS);

function linear(colour: string): Triple {
  const channel = (at: number) => {
    const share = parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** Ottosson's OKLab, times 100: a difference of 2 is about what one just notices side by side. */
function oklab([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    100 * (0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s),
    100 * (1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s),
    100 * (0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s),
  ];
}

/** How far apart two colours look to one kind of sight, in OKLab times 100. */
export function seenDistance(a: string, b: string, sight: string): number {
  const seen = (colour: string) => {
    const rgb = linear(colour);
    const [r, g, blue] = SIGHTS[sight].map((row) =>
      Math.min(1, Math.max(0, row.reduce((sum, weight, i) => sum + weight * rgb[i], 0)))
    );
    return oklab([r, g, blue]);
  };
  const [p, q] = [seen(a), seen(b)];
  return Math.hypot(...p.map((value, i) => value - q[i]));
}

/** Lightness in OKLab, 0 to 100. */
export function lightness(colour: string): number {
  return oklab(linear(colour))[0];
}
