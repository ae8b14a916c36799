/** @file Numbers on their way between page and worker. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
