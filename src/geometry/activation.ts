/**
 * @file Names of the activations. Each tier writes the formulas itself, so that they can check one another.
 *
 *   none         x                         relu   max(x, 0)          relu6      min(max(x, 0), 6)
 *   hardSigmoid  min(max(x/6 + ½, 0), 1)   sigmoid  1 / (1 + e^-x)   hardSwish  x · hardSigmoid(x)
 *
 * All of them propagate NaN.
 */
/** The activations of convolutions, dense layers and graphs. */
export const ACTIVATIONS = ["none", "relu", "relu6", "hardSwish", "hardSigmoid", "sigmoid"] as const;
/** The name of an activation. */
export type Activation = (typeof ACTIVATIONS)[number];
