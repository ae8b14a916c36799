import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readImage } from "../../src/cli/input/imageFile.ts";
import {
  centerCrop,
  IMAGENET_CLASSES,
  loadModel,
  loadWeights,
  mobilenetV1,
  normalize,
  openSafetensors,
  preprocess,
  readPnm,
  resize,
  Session,
  type Tensor,
  TIERS,
} from "../../src/index.ts";
import { withFolder } from "../support/external.ts";
import { expectClose } from "../support/tensors.ts";

withFolder("SEPARABLE_WEIGHTS", "trained weights", (folder) => {
  const images = ["chelsea", "coffee", "coral_hot_dog", "coral_parrot", "grace_hopper"];
  const ppm = (image: string) => readPnm(readFileSync(join(folder, "images224", `${image}.ppm`)), image);
  const floats = (file: string): Float32Array =>
    new Float32Array(new Uint8Array(readFileSync(join(folder, file))).buffer);

  test.each(TIERS.flatMap((backend) => images.map((image) => [backend, image] as const)))(
    "MobileNetV1 0.25-224 on %s: logits of %s within 1e-4 of TensorFlow.js",
    async (backend, image) => {
      const weights = await loadWeights(join(folder, "mobilenet_v1_0.25_224.f32.safetensors"));
      const session = await Session.create(mobilenetV1({ alpha: 0.25 }), weights, { backend });
      const logits = await session.run(normalize(ppm(image), "tf"));
      const oracle = floats(`oracle/v1_0.25_224/${image}.logits.f32`);
      expect(oracle.length).toBe(1000);
      expect(Math.max(...oracle.map((value, i) => Math.abs(value - logits.data[i])))).toBeLessThan(1e-4);
    },
  );

  test.each([
    ["coffee.png", "coffee"],
    ["chelsea.png", "chelsea"],
    ["grace_hopper.jpg", "grace_hopper"],
    ["hot_dog.jpg", "coral_hot_dog"],
    ["parrot.jpg", "coral_parrot"],
  ])("%s is cropped and resized as Pillow does it, within one grey level", async (file, name) => {
    const image = await readImage(join(folder, "images", file));
    const ours = resize(centerCrop(image), [224, 224]);
    const theirs = ppm(name);
    const furthest = ours.data.reduce((max, value, i) => Math.max(max, Math.abs(value - theirs.data[i])), 0);
    expect(furthest).toBeLessThanOrEqual(1);
  });

  test("names of the classes", () => {
    const listed = readFileSync(join(folder, "imagenet_labels_1000.txt"), "utf8").trimEnd().split("\n");
    const first = (label: string) =>
      label
        .split(",")[0]
        .toLowerCase()
        .replace(/[^a-z]/g, "");
    const differing = IMAGENET_CLASSES.filter(
      (name, i) =>
        !listed[i]
          .toLowerCase()
          .replace(/[^a-z,]/g, "")
          .includes(first(name)),
    );
    expect(differing.length).toBeLessThan(20); // torchvision respells a few, e.g. "drake", and tells the two "crane"s apart
  });

  const labels = ["background", ...IMAGENET_CLASSES];
  const topOf = (answer: Tensor): number => answer.data.indexOf(Math.max(...answer.data));

  test.each(TIERS)(
    "MobileNetV2 1.0-224, uint8 kernels, on %s: logits within 1e-3 of TensorFlow.js",
    async (backend) => {
      const path = join(folder, "mobilenet_v2_1.0_224.u8.safetensors");
      const { graph, weights, naming } = await loadModel(path);
      expect([naming, graph.name]).toEqual(["tf-lite", "mobilenet_v2_1.0_224_tf-slim"]);
      const session = await Session.create(graph, weights, { backend });
      for (const image of images) {
        const logits = await session.run(normalize(ppm(image), "byte"));
        const oracle = floats(`oracle/v2_1.0_224/${image}.logits.f32`);
        expect(oracle.length).toBe(1001);
        expect(Math.max(...oracle.map((value, i) => Math.abs(value - logits.data[i]))), image).toBeLessThan(1e-3);
      }
    },
  );

  test("MobileNetV1 0.25-128, uint8 kernels: every tier sees the espresso too", async () => {
    const path = join(folder, "mobilenet_v1_0.25_128.u8.safetensors");
    const file = await openSafetensors(path);
    expect(file.tensors.get("conv_0/kernel")?.dtype).toBe("U8");
    await file.close();
    const { weights, naming } = await loadModel(path);
    expect(naming).toBe("tf-lite");
    const graph = mobilenetV1({ alpha: 0.25, resolution: 128, classes: 1001, batchNorm: false });
    const image = preprocess(await readImage(join(folder, "images", "coffee.png")), [128, 128], "byte");
    const answers = await Promise.all(
      TIERS.map(async (backend) => (await Session.create(graph, weights, { backend })).run(image)),
    );
    for (const answer of answers) {
      expect(labels[topOf(answer)]).toBe("espresso");
      expectClose(answer, answers[0], 1e-4);
    }
  });

  test("person or not, at 96 pixels, ReLU: people are seen, coffee is not one", async () => {
    const { weights, graph: found } = await loadModel(join(folder, "vww_mobilenet_v1_0.25_96.f32.safetensors"));
    expect(found.name).toBe("mobilenet_v1_0.25_224_tf-slim");
    const graph = mobilenetV1({ alpha: 0.25, resolution: 96, classes: 2, batchNorm: false, activation: "relu" });
    const session = await Session.create(graph, weights);
    const isPerson = async (file: string): Promise<boolean> => {
      const image = preprocess(await readImage(join(folder, "images", file)), [96, 96], "unit");
      return topOf(await session.run(image)) === 1;
    };
    expect(await isPerson("grace_hopper.jpg")).toBe(true);
    expect(await isPerson("coffee.png")).toBe(false);
    expect(await isPerson("parrot.jpg")).toBe(false);
  });
});
