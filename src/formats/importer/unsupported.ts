/** @file Descriptions of operators that no graph can have, shared by the errors of every format. */

export const CONTROL: string = "control flow, which a graph here cannot have";
export const RECURRENT: string = "a recurrent layer, which a graph here cannot have";
export const BOXES: string = "it chooses boxes of a detector: cut the network before it (--output)";
export const VARIABLE: string = "a variable, which a graph here cannot have";
