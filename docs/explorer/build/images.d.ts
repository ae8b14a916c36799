declare module "*.png?pixels" {
  export const width: number;
  export const height: number;
  /** Red, green and blue of each pixel, row by row. */
  export const bytes: Uint8Array;
}
