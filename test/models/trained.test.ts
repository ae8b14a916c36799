import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readPicture } from "../../src/cli/picture.ts";
import {
  centerCrop,
  IMAGENET_CLASSES,
  loadWeights,
  mobilenetV1,
  normalize,
  openSafetensors,
  preprocess,
  readPnm,
  resize,
  Session,
  softmax,
  type Tensor,
  TIERS,
} from "../../src/index.ts";
import { withFolder } from "../support/external.ts";

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
  ])("%s is cropped and resized as Pillow does it, within one grey level", async (file, image) => {
    const picture = await readPicture(join(folder, "images", file));
    const ours = resize(centerCrop(picture), [224, 224]);
    const theirs = ppm(image);
    const furthest = ours.data.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs.data[i])), 0);
    expect(furthest).toBeLessThanOrEqual(1);
  });

  test("names of the classes", () => {
    const labels = readFileSync(join(folder, "imagenet_labels_1000.txt"), "utf8").trimEnd().split("\n");
    const first = (label: string) =>
      label
        .split(",")[0]
        .toLowerCase()
        .replace(/[^a-z]/g, "");
    const differing = IMAGENET_CLASSES.filter(
      (name, i) =>
        !labels[i]
          .toLowerCase()
          .replace(/[^a-z,]/g, "")
          .includes(first(name)),
    );
    expect(differing.length).toBeLessThan(20); // torchvision respells a few, e.g. "drake", and tells the two "crane"s apart
  });

  /** Names of a TensorFlow Lite file, numbered from 0: conv_0, dw_0, conv_1, …; the last is the head. */
  function renamed(weights: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
    const entries = [...weights].map(([name, weight]): [string, Tensor] => {
      const [, kind, index, role] = /^(conv|dw)_(\d+)\/(\w+)$/.exec(name) ?? [];
      if (kind === "dw") return [`conv_dw_${Number(index) + 1}/${role}`, weight];
      if (index === "0") return [`conv1/${role}`, weight];
      return index === "14" ? [`conv_preds/${role}`, weight] : [kind ? `conv_pw_${index}/${role}` : name, weight];
    });
    return new Map(entries);
  }

  test("bytes with scale and zero point: the quantised network sees the espresso too", async () => {
    const path = join(folder, "mobilenet_v1_0.25_128.u8.safetensors");
    const file = await openSafetensors(path);
    expect(file.tensors.get("conv_0/kernel")?.dtype).toBe("U8");
    await file.close();
    const weights = renamed(await loadWeights(path));
    const graph = mobilenetV1({ alpha: 0.25, resolution: 128, classes: 1001, batchNorm: false });
    const session = await Session.create(graph, weights);
    const answer = await session.run(
      preprocess(await readPicture(join(folder, "images", "coffee.png")), [128, 128], "byte"),
    );
    const shares = softmax(answer).data;
    expect(["background", ...IMAGENET_CLASSES][shares.indexOf(Math.max(...shares))]).toBe("espresso");
  });
});
