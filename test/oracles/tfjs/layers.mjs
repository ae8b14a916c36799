/**
 * Models of one layer each, twenty of every layer with its options varied, and what TensorFlow.js computes:
 * test/oracles/tfjs_layers.json, for test/formats/keras/layers.test.ts.
 *
 * Usage, in this folder: npm ci && node layers.mjs
 */
import * as tf from "@tensorflow/tfjs";
import { draw, numbersOf, write } from "./draw.mjs";

const CASES = 20;
const ACTIVATIONS = [
  "elu",
  "gelu",
  "gelu_new",
  "hardSigmoid",
  "linear",
  "mish",
  "relu",
  "relu6",
  "selu",
  "sigmoid",
].concat(["softmax", "softplus", "softsign", "swish", "tanh"]);
const same = (d) => d.one("valid", "same");

/** Strides or dilations, never both. */
function steps(d, isSquare = false) {
  const kind = d.number(0, 2);
  if (kind === 0) return { strides: d.one(1, 2, isSquare ? [2, 2] : [3, 1]) };
  return kind === 1 && !isSquare ? { dilationRate: 2 } : {};
}

function conv(d, layer, options, isSquare) {
  const kernelSize = isSquare ? d.number(1, 3) : d.one(1, 2, 3, [2, 3], [3, 1]);
  const more = d.some({ padding: same(d), useBias: d.flag(), activation: d.one(...ACTIVATIONS) });
  return [layer({ kernelSize, ...options, ...more, ...steps(d, isSquare) }), [d.image(5, 8)]];
}

const pool = (layer, isRow) => (d) => {
  const poolSize = isRow ? d.number(1, 3) : d.one(1, 2, 3, [2, 3], [3, 1]);
  return [layer(d.some({ poolSize, strides: d.one(1, 2, 3), padding: same(d) })), [isRow ? d.row() : d.image(3, 8)]];
};

const merge =
  (layer, most = 4) =>
  (d) => {
    const shape = d.any();
    if (d.flag() && shape.length === 3) return [layer(), [shape, [1, 1, shape[2]]]];
    return [layer(), Array.from({ length: d.number(2, most) }, () => shape)];
  };

const margins = (d, high) => {
  const n = () => d.number(0, high);
  return d.one(
    n(),
    [n(), n()],
    [
      [n(), n()],
      [n(), n()],
    ],
  );
};

const LAYERS = {
  activation: (d) => [tf.layers.activation({ activation: d.one(...ACTIVATIONS) }), [d.any()]],
  add: merge(tf.layers.add),
  average: merge(tf.layers.average),
  averagePooling1d: pool(tf.layers.averagePooling1d, true),
  averagePooling2d: pool(tf.layers.averagePooling2d),
  batchNormalization: (d) => {
    const shape = d.any();
    const axis = d.one(-1, shape.length); // of another, its CPU kernel takes the last one all the same
    return [tf.layers.batchNormalization(d.some({ axis, epsilon: 0.1, center: d.flag(), scale: d.flag() })), [shape]];
  },
  concatenate: (d) => {
    const shape = d.any();
    const axis = d.number(1, shape.length);
    const shapes = [0, 1].map(() => shape.with(axis - 1, d.number(1, 4)));
    return [tf.layers.concatenate({ axis: d.one(axis, axis - shape.length - 1) }), shapes];
  },
  conv1d: (d) => {
    const more = d.some({
      padding: d.one("valid", "same", "causal"),
      useBias: d.flag(),
      activation: d.one("relu", "tanh"),
    });
    const step = d.one({}, { strides: 2 }, { dilationRate: 2 });
    return [tf.layers.conv1d({ filters: d.number(1, 4), kernelSize: d.number(1, 3), ...more, ...step }), [d.row()]];
  },
  conv2d: (d) => conv(d, tf.layers.conv2d, { filters: d.number(1, 5) }),
  conv2dTranspose: (d) => {
    const more = d.some({
      padding: same(d),
      useBias: d.flag(),
      activation: d.one("relu", "linear"),
      strides: d.number(1, 3),
    });
    return [tf.layers.conv2dTranspose({ filters: d.number(1, 4), kernelSize: d.number(1, 4), ...more }), [d.image()]];
  },
  cropping2D: (d) => [
    tf.layers.cropping2D({
      cropping: [
        [d.number(0, 2), d.number(0, 2)],
        [d.number(0, 2), 1],
      ],
    }),
    [d.image(6, 8)],
  ],
  dense: (d) => {
    const more = d.some({ useBias: d.flag(), activation: d.one(...ACTIVATIONS) });
    return [tf.layers.dense({ units: d.number(1, 5), ...more }), [d.any()]];
  },
  depthwiseConv2d: (d) => {
    // Its dilations are ignored by TensorFlow.js, so that none are asked for.
    const more = d.some({
      padding: same(d),
      useBias: d.flag(),
      activation: d.one(...ACTIVATIONS),
      depthMultiplier: d.number(1, 3),
    });
    return [tf.layers.depthwiseConv2d({ kernelSize: d.number(1, 3), strides: d.one(1, 2), ...more }), [d.image(5, 8)]];
  },
  dropout: (d) => [tf.layers.dropout({ rate: 0.5 }), [d.any()]],
  elu: (d) => [tf.layers.elu(), [d.any()]],
  flatten: (d) => [tf.layers.flatten(), [d.any()]],
  gaussianNoise: (d) => [tf.layers.gaussianNoise({ stddev: 0.5 }), [d.any()]],
  globalAveragePooling1d: (d) => [tf.layers.globalAveragePooling1d(), [d.row()]],
  globalAveragePooling2d: (d) => [tf.layers.globalAveragePooling2d({}), [d.image()]],
  globalMaxPooling1d: (d) => [tf.layers.globalMaxPooling1d(), [d.row()]],
  globalMaxPooling2d: (d) => [tf.layers.globalMaxPooling2d({}), [d.image()]],
  layerNormalization: (d) => {
    const shape = [d.number(2, 4), d.number(2, 5)];
    const options = d.some({ axis: d.one(-1, 2, [1, 2]), epsilon: 0.1, center: d.flag(), scale: d.flag() });
    return [tf.layers.layerNormalization(options), [shape]];
  },
  leakyReLU: (d) => [tf.layers.leakyReLU(d.some({ alpha: d.one(0.125, 0.01) })), [d.any()]],
  maxPooling1d: pool(tf.layers.maxPooling1d, true),
  maxPooling2d: pool(tf.layers.maxPooling2d),
  maximum: merge(tf.layers.maximum),
  minimum: merge(tf.layers.minimum),
  multiply: merge(tf.layers.multiply),
  permute: (d) => {
    const shape = d.any();
    return [tf.layers.permute({ dims: d.shuffled(shape.map((_, i) => i + 1)) }), [shape]];
  },
  prelu: (d) => {
    const shape = d.any();
    const sharedAxes = shape.slice(1).map((_, i) => i + 1);
    return [tf.layers.prelu(sharedAxes.length > 0 && d.flag() ? { sharedAxes } : {}), [shape]];
  },
  reLU: (d) => [tf.layers.reLU(d.some({ maxValue: d.one(1, 6) })), [d.any()]],
  repeatVector: (d) => [tf.layers.repeatVector({ n: d.number(1, 4) }), [[d.number(1, 5)]]],
  rescaling: (d) => [tf.layers.rescaling({ scale: d.one(1 / 127.5, 0.5), offset: d.one(0, -1) }), [d.image()]],
  reshape: (d) => {
    const [h, w, c] = d.image();
    return [
      tf.layers.reshape({ targetShape: d.one([h * w * c], [h, w * c], [1, h * w, c], [c, 1, h * w]) }),
      [[h, w, c]],
    ];
  },
  separableConv2d: (d) => {
    const more = { filters: d.number(1, 5), ...d.some({ depthMultiplier: d.number(1, 3) }) };
    return conv(d, tf.layers.separableConv2d, more, true);
  },
  softmax: (d) => {
    const shape = d.any();
    return [tf.layers.softmax(d.some({ axis: d.one(-1, shape.length) })), [shape]];
  },
  spatialDropout1d: (d) => [tf.layers.spatialDropout1d({ rate: 0.5 }), [d.row()]],
  thresholdedReLU: (d) => [tf.layers.thresholdedReLU(d.some({ theta: d.one(0.5, 0.375) })), [d.any()]],
  upSampling2d: (d) => {
    const options = { size: d.one([2, 2], [3, 3], [1, 2]), interpolation: d.one("nearest", "bilinear") };
    return [tf.layers.upSampling2d(d.some(options)), [d.image(2, 4)]];
  },
  zeroPadding2d: (d) => [tf.layers.zeroPadding2d(d.some({ padding: margins(d, 3) })), [d.image()]],
};

/** A topology without what no reader needs. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !/(_initializer|_regularizer|_constraint|^dtype)$/.test(key));
  return Object.fromEntries(kept.map(([key, one]) => [key, plain(one)]));
}

async function caseOf(name, i) {
  const d = draw(`${name} ${i}`);
  try {
    const [layer, shapes] = LAYERS[name](d);
    const inputs = shapes.map((shape) => tf.input({ shape }));
    const model = tf.model({ inputs, outputs: layer.apply(inputs.length > 1 ? inputs : inputs[0]) });
    for (const weight of model.weights) {
      weight.write(tf.tensor(d.values(weight.shape, /variance/.test(weight.name) ? 1 : -16), weight.shape));
    }
    const xs = shapes.map((shape) => tf.tensor(d.values(shape), [1, ...shape]));
    const y = model.predict(xs.length > 1 ? xs : xs[0]);
    if (!y.dataSync().every(Number.isFinite)) throw new Error("is not finite");
    let topology;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        topology = artifacts.modelTopology;
        return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
      }),
    );
    const weights = Object.fromEntries(model.weights.map((weight) => [weight.originalName, numbersOf(weight.read())]));
    const about = `${name} ${i}: ${JSON.stringify(plain(topology).config.layers.at(-1).config)}`;
    return { about, topology: plain(topology), weights, inputs: xs.map(numbersOf), output: numbersOf(y) };
  } catch (error) {
    if (i.length > 20) throw error;
    return caseOf(name, `${i}x`); // options that do not go together
  }
}

await tf.setBackend("cpu");
const cases = [];
for (const name of Object.keys(LAYERS)) for (let i = 0; i < CASES; i++) cases.push(await caseOf(name, `${i}`));
write("tfjs_layers.json", cases);
