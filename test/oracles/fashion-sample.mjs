/**
 * Writes src/data/embedded/fashion-sample.safetensors: the first 28 images of Fashion-MNIST's test set with their labels,
 * bytes as they are. Needs Debian's package dataset-fashion-mnist (MIT, Zalando SE).  node
 * test/oracles/fashion-sample.mjs
 */
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const COUNT = 28;
const FOLDER = "/usr/share/datasets/fashion-mnist";
const images = gunzipSync(readFileSync(`${FOLDER}/t10k-images-idx3-ubyte.gz`)).subarray(16, 16 + COUNT * 784);
const labels = gunzipSync(readFileSync(`${FOLDER}/t10k-labels-idx1-ubyte.gz`)).subarray(8, 8 + COUNT);
const header = JSON.stringify({
  __metadata__: { source: "Fashion-MNIST, Zalando SE, MIT license, github.com/zalandoresearch/fashion-mnist" },
  images: { dtype: "U8", shape: [COUNT, 28, 28, 1], data_offsets: [0, images.length] },
  labels: { dtype: "U8", shape: [COUNT], data_offsets: [images.length, images.length + COUNT] },
});
const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
const length = Buffer.alloc(8);
length.writeBigUInt64LE(BigInt(padded.length));
const target = new URL("../../src/data/embedded/fashion-sample.safetensors", import.meta.url);
writeFileSync(target, Buffer.concat([length, Buffer.from(padded), images, labels]));
