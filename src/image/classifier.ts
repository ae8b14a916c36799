/** @file Image classifiers: a loaded network with its image preparation and class names. */

import type { LoadedModel } from "../formats/loadTypes.ts";
import { outputShapeOf } from "../graph/graph.ts";
import { realOf } from "../graph/quantized/real.ts";
import { readGraph } from "../graph/readGraph.ts";
import { softmax } from "../ops/activations.ts";
import { Session, type SessionOptions } from "../session/session.ts";
import { isMap } from "../tensor/brands.ts";
import { checkRecord, FormatError, knownKeys, ShapeError, show } from "../tensor/errors.ts";
import type { Patience } from "../tensor/patience.ts";
import { checkInteger, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import { inChannels } from "./luma.ts";
import { type Preparation, preprocess } from "./prepare.ts";
import { checkClassifier, endsInSoftmax, hasClasses, knownLabels, numberedLabels, preparationIn } from "./recorded.ts";

/** Options of `createClassifier`. */
export interface ClassifierOptions extends Omit<SessionOptions, keyof Patience> {
  /** One name per output. Default: those that the file records, else ImageNet's if there are as many. */
  readonly labels?: readonly string[] | undefined;
  /** Overrides parts of the preparation that the file records or its names imply. */
  readonly preparation?: Partial<Preparation> | undefined;
}

/** An answer: a class and its probability, or the raw output as `value` if the outputs are not known to be classes. */
export interface ClassAnswer {
  readonly class: number;
  readonly label: string;
  readonly probability?: number;
  readonly value?: number;
}

/** A session that takes images and returns classes. */
export interface Classifier {
  readonly session: Session;
  /** The name of each class. */
  readonly labels: readonly string[];
  readonly preparation: Preparation;
  /** Whether the outputs are class scores, as far as the file reveals; true if labels were given. */
  readonly hasClasses: boolean;
  /** @param image [h, w, c], grey levels 0 to 255, any size @returns the network's input, [1, h, w, c] */
  prepare(image: Tensor): Tensor;
  /**
   * Class probabilities of a prepared image, in the order of `labels`; the raw outputs if they are not class scores.
   *
   * @throws FormatError if they contain NaN, which means that the weights contain NaN or infinity
   */
  run(input: Tensor): Promise<Float32Array>;
  /** The `count` largest of what `run` returned, in descending order. */
  top(values: Float32Array, count?: number): readonly ClassAnswer[];
  /** Prepares an image, runs the network, and returns the likeliest classes. @param count default 5 */
  classify(image: Tensor, count?: number): Promise<readonly ClassAnswer[]>;
  dispose(): void;
}

/**
 * Creates a classifier from what `loadModel` returns.
 *
 * @throws ShapeError unless the network takes images and returns one row of scores, or if the number of labels differs
 * @throws FormatError if the file's own record of preparation or classes is damaged
 *
 * @example
 * const classifier = await createClassifier(await loadModel("fashion"));
 * const { pixels } = await fashionSample();
 * const [best] = await classifier.classify(tensor([...pixels.subarray(0, 784)], [28, 28, 1]));
 * best.label; // "Ankle boot"
 */
export async function createClassifier(
  model: LoadedModel<Weight>,
  options: ClassifierOptions = {},
): Promise<Classifier> {
  const op = "createClassifier";
  knownKeys(op, options, ["labels", "preparation", "backend", "threads", "precision", "optimize"]);
  const { labels: given, preparation: wanted, ...sessionOptions } = options;
  checkRecord(op, "model", model);
  const { weights, source, metadata } = model;
  if (!isMap(metadata)) {
    throw new ShapeError(`${op}: model has metadata ${show(metadata)}, needs what loadModel returns`);
  }
  const graph = readGraph(op, model.graph);
  checkClassifier(op, graph);
  const [, H, W, C] = graph.input.shape;
  const classes = sizeOf(outputShapeOf(graph));
  if (given !== undefined && given.length !== classes) {
    throw new ShapeError(`${op}: ${given.length} labels, ${graph.name} has ${classes} classes`);
  }
  const labels = given ?? knownLabels(source, model.metadata, classes) ?? numberedLabels(classes);
  const preparation = { ...preparationIn(source, model, graph), ...wanted };
  const areClasses = given !== undefined || hasClasses(graph, model) !== "no";
  const areShares = endsInSoftmax(graph);
  const session = await Session.create(graph, weights, sessionOptions);
  const classifier: Classifier = {
    session,
    labels,
    preparation,
    hasClasses: areClasses,
    prepare: (image) => preprocess(inChannels(image, C), [H, W], preparation),
    run: async (input) => {
      const scores = realOf(await session.run<Weight>(input));
      const row = new Tensor(scores.toFloat32Array(), [1, scores.size]);
      const values = (areShares || !areClasses ? row : softmax(row)).data;
      if (!values.some(Number.isNaN)) return values;
      throw new FormatError(`${source}: the scores contain NaN or infinity; check the weights for NaN or infinity`);
    },
    top: (values, count = 5) =>
      [...values.keys()]
        .sort((a, b) => values[b] - values[a])
        .slice(0, checkInteger(op, "count", count, 1))
        .map((n): ClassAnswer => {
          if (areClasses) return { class: n, label: labels[n], probability: values[n] };
          return { class: n, label: `output ${n}`, value: values[n] };
        }),
    classify: async (image, count) => classifier.top(await classifier.run(classifier.prepare(image)), count),
    dispose: () => session.dispose(),
  };
  return classifier;
}
