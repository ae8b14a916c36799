/** @file The messages between page and worker. */

export interface Ask {
  readonly id: number;
  readonly job: string;
  readonly args: unknown;
}

export type Answer =
  | { readonly id: number; readonly news: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };
