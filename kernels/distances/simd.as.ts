// Sums over the columns of two matrices, four rows against four at a time. A lane holds one whole sum, added from the first column to
// the last, so the results are those of scalar.ts bit for bit; and the sums of a block wait for nothing but themselves.

import { lost } from "./two_sum.as";

/** What is added up: products, or squared differences. */
const DOT = 0;
const SQUARED_DIFFERENCE = 1;

/**
 * Rows of b four by four, interleaved: panel p holds, column after column, the values of rows 4p to 4p + 3. Rows that are missing
 * are zeros; their sums are never stored.
 */
export function pack(b: usize, rows: i32, columns: i32, panels: usize): void {
  for (let first = 0; first < rows; first += 4) {
    for (let m = 0; m < columns; m++) {
      for (let r = first; r < first + 4; r++) {
        const value = r < rows ? load<f64>(b + ((<usize>r * <usize>columns + <usize>m) << 3)) : 0.0;
        store<f64>(panels, value);
        panels += 8;
      }
    }
  }
}

/**
 * Sums of rows `aRows` of `a` against the `bRows` packed rows of b.
 *
 * @param block Room for 16 values.
 * @param firstRow Below 0: all sums are stored, row-major. Else row i of `a` is row firstRow + i of b, and only the sums with later rows
 *   are stored, one after the other.
 */
export function sums(
  a: usize,
  aRows: i32,
  panels: usize,
  bRows: i32,
  columns: i32,
  kind: i32,
  compensated: bool,
  firstRow: i32,
  block: usize,
  out: usize,
): void {
  const stride = <usize>columns << 3;
  // 64 rows of `a` stay in the second cache while every panel passes through the first.
  for (let from = 0; from < aRows; from += 64) {
    const until = min(from + 64, aRows);
    for (let j = firstRow < 0 ? 0 : (firstRow + from + 1) & ~3; j < bRows; j += 4) {
      const panel = panels + <usize>j * stride;
      for (let i = from; i < until; i += 4) {
        const a0 = a + <usize>i * stride;
        const a1 = a + <usize>min(i + 1, aRows - 1) * stride;
        const a2 = a + <usize>min(i + 2, aRows - 1) * stride;
        const a3 = a + <usize>min(i + 3, aRows - 1) * stride;
        if (compensated) {
          if (kind == DOT) {
            compensatedBlock(a0, a1, panel, columns, DOT, block);
            compensatedBlock(a2, a3, panel, columns, DOT, block + 64);
          } else {
            compensatedBlock(a0, a1, panel, columns, SQUARED_DIFFERENCE, block);
            compensatedBlock(a2, a3, panel, columns, SQUARED_DIFFERENCE, block + 64);
          }
        } else if (kind == DOT) plainBlock(a0, a1, a2, a3, panel, columns, DOT, block);
        else plainBlock(a0, a1, a2, a3, panel, columns, SQUARED_DIFFERENCE, block);
        unload(block, i, min(i + 4, aRows), j, min(j + 4, bRows), bRows, firstRow, out);
      }
    }
  }
}

/** Rows of `a` that `dots` takes at once: twelve sums, the panel's two pairs and one value more fill the sixteen registers of x86-64. */
const DOT_ROWS = 6;

/**
 * Plain dot products of rows `aRows` of `a` with the `bRows` packed rows of b, row-major: what `sums` gives, in two thirds of its time. That
 * is three operations of two float64 a clock on a processor that can do three.
 *
 * @param block Room for 4 values.
 */
export function dots(
  a: usize,
  aRows: i32,
  panels: usize,
  bRows: i32,
  columns: i32,
  block: usize,
  out: usize,
): void {
  const stride = <usize>columns << 3, outStride = <usize>bRows << 3;
  // 48 rows of `a` stay in the second cache while every panel passes through the first.
  for (let from = 0; from < aRows; from += 8 * DOT_ROWS) {
    const until = min(from + 8 * DOT_ROWS, aRows);
    for (let j = 0; j < bRows; j += 4) {
      const panel = panels + <usize>j * stride;
      const width = min(4, bRows - j);
      for (let i = from; i < until; i += DOT_ROWS) {
        const a0 = a + <usize>i * stride;
        const a1 = a + <usize>min(i + 1, aRows - 1) * stride;
        const a2 = a + <usize>min(i + 2, aRows - 1) * stride;
        const a3 = a + <usize>min(i + 3, aRows - 1) * stride;
        const a4 = a + <usize>min(i + 4, aRows - 1) * stride;
        const a5 = a + <usize>min(i + 5, aRows - 1) * stride;
        let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00;
        let s30 = s00, s31 = s00, s40 = s00, s41 = s00, s50 = s00, s51 = s00;
        let b = panel;
        // Bun's compiler makes slow loads of splats with a constant offset, hence a pointer for every row.
        for (let m: usize = 0; m < stride; m += 8) {
          const b0 = v128.load(b), b1 = v128.load(b, 16);
          b += 32;
          let x = v128.load64_splat(a0 + m);
          s00 = f64x2.add(s00, f64x2.mul(x, b0));
          s01 = f64x2.add(s01, f64x2.mul(x, b1));
          x = v128.load64_splat(a1 + m);
          s10 = f64x2.add(s10, f64x2.mul(x, b0));
          s11 = f64x2.add(s11, f64x2.mul(x, b1));
          x = v128.load64_splat(a2 + m);
          s20 = f64x2.add(s20, f64x2.mul(x, b0));
          s21 = f64x2.add(s21, f64x2.mul(x, b1));
          x = v128.load64_splat(a3 + m);
          s30 = f64x2.add(s30, f64x2.mul(x, b0));
          s31 = f64x2.add(s31, f64x2.mul(x, b1));
          x = v128.load64_splat(a4 + m);
          s40 = f64x2.add(s40, f64x2.mul(x, b0));
          s41 = f64x2.add(s41, f64x2.mul(x, b1));
          x = v128.load64_splat(a5 + m);
          s50 = f64x2.add(s50, f64x2.mul(x, b0));
          s51 = f64x2.add(s51, f64x2.mul(x, b1));
        }
        const rows = until - i;
        let o = out + <usize>i * outStride + (<usize>j << 3);
        storeRow(o, s00, s01, width, block);
        if (rows > 1) storeRow(o += outStride, s10, s11, width, block);
        if (rows > 2) storeRow(o += outStride, s20, s21, width, block);
        if (rows > 3) storeRow(o += outStride, s30, s31, width, block);
        if (rows > 4) storeRow(o += outStride, s40, s41, width, block);
        if (rows > 5) storeRow(o += outStride, s50, s51, width, block);
      }
    }
  }
}

/** The first `width` of four sums to their place. */
function storeRow(o: usize, s0: v128, s1: v128, width: i32, block: usize): void {
  if (width == 4) {
    v128.store(o, s0);
    v128.store(o, s1, 16);
    return;
  }
  v128.store(block, s0);
  v128.store(block, s1, 16);
  for (let c: usize = 0; c < <usize>width << 3; c += 8) store<f64>(o + c, load<f64>(block + c));
}

/** Copies the wanted part of a block of 4 x 4 sums to its place. */
function unload(
  block: usize,
  i: i32,
  iEnd: i32,
  j: i32,
  jEnd: i32,
  bRows: i32,
  firstRow: i32,
  out: usize,
): void {
  for (; i < iEnd; i++, block += 32) {
    let at: i64 = <i64>i * <i64>bRows;
    let from = j;
    if (firstRow >= 0) {
      // Rows firstRow ... firstRow + i - 1 have stored bRows - 1 - row sums each; row firstRow + i begins with column row + 1.
      const row = firstRow + i;
      at = <i64>i * <i64>(bRows - 1 - firstRow) - ((<i64>i * <i64>(i - 1)) >> 1) - <i64>(row + 1);
      from = max(j, row + 1);
    }
    for (let c = from; c < jEnd; c++) {
      store<f64>(out + (<usize>(at + <i64>c) << 3), load<f64>(block + (<usize>(c - j) << 3)));
    }
  }
}

@inline
function term(kind: i32, a: v128, b: v128): v128 {
  if (kind == DOT) return f64x2.mul(a, b);
  const difference = f64x2.sub(a, b);
  return f64x2.mul(difference, difference);
}

@inline
function plainBlock(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
  panel: usize,
  columns: i32,
  kind: i32,
  block: usize,
): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  const end = <usize>columns << 3;
  for (let m: usize = 0; m < end; m += 8) {
    const b0 = v128.load(panel), b1 = v128.load(panel, 16);
    panel += 32;
    let x = v128.load64_splat(a0 + m);
    s00 = f64x2.add(s00, term(kind, x, b0));
    s01 = f64x2.add(s01, term(kind, x, b1));
    x = v128.load64_splat(a1 + m);
    s10 = f64x2.add(s10, term(kind, x, b0));
    s11 = f64x2.add(s11, term(kind, x, b1));
    x = v128.load64_splat(a2 + m);
    s20 = f64x2.add(s20, term(kind, x, b0));
    s21 = f64x2.add(s21, term(kind, x, b1));
    x = v128.load64_splat(a3 + m);
    s30 = f64x2.add(s30, term(kind, x, b0));
    s31 = f64x2.add(s31, term(kind, x, b1));
  }
  v128.store(block, s00);
  v128.store(block, s01, 16);
  v128.store(block, s10, 32);
  v128.store(block, s11, 48);
  v128.store(block, s20, 64);
  v128.store(block, s21, 80);
  v128.store(block, s30, 96);
  v128.store(block, s31, 112);
}

@inline
function compensatedBlock(a0: usize, a1: usize, panel: usize, columns: i32, kind: i32, block: usize): void {
  let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, e00 = s00, e01 = s00, e10 = s00, e11 = s00;
  const end = <usize>columns << 3;
  for (let m: usize = 0; m < end; m += 8) {
    const b0 = v128.load(panel), b1 = v128.load(panel, 16);
    panel += 32;
    let x = v128.load64_splat(a0 + m);
    let p = term(kind, x, b0), t = f64x2.add(s00, p);
    e00 = f64x2.add(e00, lost(s00, p, t));
    s00 = t;
    p = term(kind, x, b1), t = f64x2.add(s01, p);
    e01 = f64x2.add(e01, lost(s01, p, t));
    s01 = t;
    x = v128.load64_splat(a1 + m);
    p = term(kind, x, b0), t = f64x2.add(s10, p);
    e10 = f64x2.add(e10, lost(s10, p, t));
    s10 = t;
    p = term(kind, x, b1), t = f64x2.add(s11, p);
    e11 = f64x2.add(e11, lost(s11, p, t));
    s11 = t;
  }
  v128.store(block, finish(s00, e00));
  v128.store(block, finish(s01, e01), 16);
  v128.store(block, finish(s10, e10), 32);
  v128.store(block, finish(s11, e11), 48);
}

/** An infinite sum has made its error inf - inf; the sum alone is then the answer. */
function finish(s: v128, e: v128): v128 {
  const finite = f64x2.eq(f64x2.sub(s, s), f64x2.splat(0));
  return v128.bitselect(f64x2.add(s, e), s, finite);
}

/** Dot products of row i of `a` with row i of `b`, two rows at a time: a lane each. */
export function rowDots(
  a: usize,
  b: usize,
  rows: i32,
  columns: i32,
  compensated: bool,
  out: usize,
): void {
  const stride = <usize>columns << 3;
  for (let i = 0; i < rows; i += 2) {
    const next = i + 1 < rows ? stride : 0;
    const a0 = a + <usize>i * stride, b0 = b + <usize>i * stride;
    let s = f64x2.splat(0), e = s;
    for (let m: usize = 0; m < stride; m += 8) {
      const x = pair(a0 + m, a0 + next + m), y = pair(b0 + m, b0 + next + m);
      const p = f64x2.mul(x, y), t = f64x2.add(s, p);
      if (compensated) e = f64x2.add(e, lost(s, p, t));
      s = t;
    }
    const sum = finish(s, e);
    store<f64>(out + (<usize>i << 3), f64x2.extract_lane(sum, 0));
    if (next > 0) store<f64>(out + (<usize>i << 3), f64x2.extract_lane(sum, 1), 8);
  }
}

@inline
function pair(first: usize, second: usize): v128 {
  return f64x2.replace_lane(v128.load64_splat(first), 1, load<f64>(second));
}
