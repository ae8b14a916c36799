/** The name of a value in a graph. */
export type Value = string;
