/** A picture that is dropped or chosen, or what the camera sees, goes through the network; nothing leaves the page. */
import { createClassifier, loadModel, tensor } from "separable";

const MAX_SIDE = 640;
const element = (id) => document.getElementById(id);
const say = (text) => {
  element("status").textContent = text;
};

let classifier = createClassifier(await loadModel("fashion"));

/** Anything that can be drawn becomes a tensor [h, w, 3] of grey levels 0 to 255. */
function pixelsOf(source, width, height) {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  const canvas = Object.assign(element("shown"), {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const colours = data.filter((_, i) => i % 4 !== 3);
  return tensor(colours, [canvas.height, canvas.width, 3]);
}

async function classify(source, width, height) {
  const answers = await (await classifier).classify(pixelsOf(source, width, height), 3);
  const items = answers.map(({ label, probability, value }) =>
    Object.assign(document.createElement("li"), {
      textContent: `${label}, ${probability === undefined ? value.toFixed(3) : `${(100 * probability).toFixed(0)} %`}`,
    }),
  );
  element("answers").replaceChildren(...items);
}

async function classifyFile(file) {
  stopCamera();
  let image;
  try {
    image = await createImageBitmap(file);
  } catch {
    say(`${file.name} is not an image that this browser can read.`);
    return;
  }
  say("");
  await classify(image, image.width, image.height);
}

let stream = null;
function stopCamera() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
}

async function useCamera() {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (error) {
    say(`There is no picture from a camera: ${error.message}. You can still choose a file.`);
    return;
  }
  say("");
  const video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true, playsInline: true });
  await video.play();
  const own = stream;
  while (stream === own) {
    await classify(video, video.videoWidth, video.videoHeight);
    await new Promise(requestAnimationFrame);
  }
}

async function useModel(files) {
  const [first, ...rest] = [...files].sort((a, b) => Number(b.name.endsWith(".json")) - Number(a.name.endsWith(".json")));
  const main = [first, ...rest].find(({ name }) => name === "model.json") ?? first;
  const shards = new Map([...files].filter((file) => file !== main).map((file) => [file.name, file]));
  try {
    const next = await createClassifier(await loadModel(main, shards.size > 0 ? { shards } : {}));
    (await classifier).dispose();
    classifier = next;
    say(`${main.name}: ${next.labels.length} classes`);
  } catch (error) {
    say(error.message);
  }
}

element("picture").addEventListener("change", ({ target }) => classifyFile(target.files[0]));
element("model").addEventListener("change", ({ target }) => useModel(target.files));
element("camera").addEventListener("click", () => (stream ? stopCamera() : useCamera()));
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer.files;
  if (file) classifyFile(file);
});
document.body.dataset.ready = "";
