/** A piece of work for a network, such as one chunk of audio. */
export interface Part<Input> {
  /** What the network reads. It is held until the part has been run, so do not change it. */
  readonly input: Input;
  /** How long it is: a whole number above 0, in the unit of the budgets, such as samples. */
  readonly length: number;
}

/** A part with its place in its request, and what the network made of it. */
export interface FinishedPart<Input, Output> {
  /** Place among the request's parts, from 0. */
  readonly index: number;
  readonly input: Input;
  readonly output: Output;
}
