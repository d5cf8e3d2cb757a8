/**
 * A binary min-heap over a fixed set of keys 0 .. n-1 whose values change in place.
 *
 * Among equal values the one that the sifting leaves on top wins, and centroid linkage's order of merges hangs on it:
 * a child moves up only when strictly smaller, the left child before an equal right one, and removal moves the last
 * key to the top. These are also the habits of SciPy's heap.
 */
export class MinHeap {
  readonly #values: Float64Array;
  readonly #keyAt: Int32Array;
  readonly #placeOf: Int32Array;
  #size: number;

  /** Takes the values over: they change with the heap. */
  constructor(values: Float64Array) {
    this.#values = values;
    this.#size = values.length;
    this.#keyAt = Int32Array.from({ length: this.#size }, (_, i) => i);
    this.#placeOf = Int32Array.from(this.#keyAt);
    for (let place = (this.#size >> 1) - 1; place >= 0; place--) this.#siftDown(place);
  }

  /** The key of the smallest value. */
  get minKey(): number {
    return this.#keyAt[0];
  }

  /** Take the smallest value out. */
  removeMin(): void {
    this.#swap(0, --this.#size);
    this.#siftDown(0);
  }

  /** Give a key that is still in the heap another value. */
  change(key: number, value: number): void {
    const before = this.#values[key];
    this.#values[key] = value;
    if (value < before) this.#siftUp(this.#placeOf[key]);
    else if (value > before) this.#siftDown(this.#placeOf[key]);
  }

  #at(place: number): number {
    return this.#values[this.#keyAt[place]];
  }

  #swap(a: number, b: number): void {
    const keyA = this.#keyAt[a], keyB = this.#keyAt[b];
    this.#keyAt[a] = keyB;
    this.#keyAt[b] = keyA;
    this.#placeOf[keyB] = a;
    this.#placeOf[keyA] = b;
  }

  #siftUp(place: number): void {
    for (
      let parent = (place - 1) >> 1;
      place > 0 && this.#at(parent) > this.#at(place);
      parent = (place - 1) >> 1
    ) {
      this.#swap(place, parent);
      place = parent;
    }
  }

  #siftDown(place: number): void {
    for (let child = 2 * place + 1; child < this.#size; child = 2 * place + 1) {
      if (child + 1 < this.#size && this.#at(child + 1) < this.#at(child)) child++;
      if (!(this.#at(place) > this.#at(child))) return;
      this.#swap(place, child);
      place = child;
    }
  }
}
