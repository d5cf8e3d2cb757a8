/** Which sets of speakers the classes stand for. */
export interface PowersetOptions {
  /** S: local speakers (slots), 1 to 30. @default {3} */
  readonly speakers?: number;
  /** Speakers that may be active at once, 0 to `speakers`. @default {2} */
  readonly maxSetSize?: number;
}
