/**
 * Walks the values of an array stored in Fortran order (first axis fastest): each call gives the place in C
 * order of the next stored value.
 *
 * @param shape Sizes of the axes, none of them 0.
 *
 * @example
 * ```ts
 * import { fortranToC } from "#lib/arrays/fortran_order.ts";
 *
 * const next = fortranToC([2, 3]);
 * if (Array.from({ length: 6 }, next).join() !== "0,3,1,4,2,5") throw new Error("order");
 * ```
 */
export function fortranToC(shape: readonly number[]): () => number {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  const index = new Array<number>(shape.length).fill(0);
  let place = 0;
  return () => {
    const current = place;
    for (let axis = 0; axis < shape.length; axis++) {
      place += strides[axis];
      if (++index[axis] < shape[axis]) break;
      place -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
    return current;
  };
}
