/**
 * A service that says what is on an uploaded picture, in bounded memory. Uploads wait unread until it is their turn, so a
 * crowd costs open sockets but no buffers; sessions of one network share its weights.
 */
import { createServer } from "node:http";
import { createClassifier, loadModel, tensor } from "separable";
import sharp from "sharp";

/** An answer with a status of its own. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Hands out `items` one by one; who comes when none is left waits, in order. */
function pool(items, maxWaiting) {
  const free = [...items];
  const waiting = [];
  return async (use) => {
    if (free.length === 0 && waiting.length >= maxWaiting) throw new Refusal(503, "too many uploads are waiting");
    const item = free.pop() ?? (await new Promise((resolve) => waiting.push(resolve)));
    try {
      return await use(item);
    } finally {
      const next = waiting.shift();
      if (next) next(item);
      else free.push(item);
    }
  };
}

async function bodyOf(request, maxBytes) {
  if (Number(request.headers["content-length"] ?? 0) > maxBytes)
    throw new Refusal(413, `the upload has more than ${maxBytes} bytes`);
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > maxBytes) throw new Refusal(413, `the upload has more than ${maxBytes} bytes`);
    parts.push(part);
  }
  if (bytes === 0) throw new Refusal(400, "the upload is empty");
  return Buffer.concat(parts);
}

/** [h, w, 3], grey levels 0 to 255. */
async function imageIn(bytes, maxPixels) {
  try {
    const image = sharp(bytes, { limitInputPixels: maxPixels }).rotate().toColourspace("srgb").removeAlpha();
    const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
    return tensor(data, [info.height, info.width, info.channels]);
  } catch (error) {
    throw new Refusal(415, `not an image that can be read: ${error.message}`);
  }
}

/**
 * @param options.model anything that loadModel takes
 * @param options.sessions uploads that are read and classified at a time
 * @returns the server, not listening yet
 */
export async function service({
  model = "fashion",
  sessions = 2,
  maxBytes = 8 << 20,
  maxPixels = 16e6,
  maxWaiting = 200,
  timeout = 30_000,
} = {}) {
  const loaded = await loadModel(model);
  const inTurn = pool(await Promise.all(Array.from({ length: sessions }, () => createClassifier(loaded))), maxWaiting);

  async function answerTo(request) {
    if (request.url !== "/classify") throw new Refusal(404, "POST a picture to /classify");
    if (request.method !== "POST") throw new Refusal(405, "POST a picture");
    return await inTurn(async (classifier) => {
      const image = await imageIn(await bodyOf(request, maxBytes), maxPixels);
      return await classifier.classify(image, 3);
    });
  }

  // An upload that stops half way is answered with 408 after `timeout`, and frees its session.
  const server = createServer({ requestTimeout: timeout, connectionsCheckingInterval: timeout / 4 }, async (request, response) => {
    const reply = (status, value) => {
      if (response.destroyed) return;
      // What was not read is not waited for.
      if (status >= 400) response.setHeader("connection", "close");
      response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(value)}\n`);
    };
    try {
      reply(200, await answerTo(request));
    } catch (error) {
      if (error instanceof Refusal) reply(error.status, { error: error.message });
      else if (request.destroyed) return; // who stopped half way hears nothing
      else {
        console.error(error);
        reply(500, { error: "internal error" });
      }
    }
  });
  return server;
}
