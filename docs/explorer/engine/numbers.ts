/** @file Numbers sent between page and worker. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}
