/** WebGPU in Node (npm install webgpu), or in Chromium with its software adapter; null where neither is. */
import { createServer } from "node:http";

/** Runs a shader over buffers, the first of them uniform and the last one the answer. Sent to a page as it is. */
async function compute(gpu, { code, operands, outputs, workgroups }) {
  const adapter = await gpu.requestAdapter();
  if (!adapter) return null;
  const device = await adapter.requestDevice();
  const { UNIFORM, STORAGE, COPY_DST, COPY_SRC, MAP_READ } = { UNIFORM: 64, STORAGE: 128, COPY_DST: 8, COPY_SRC: 4, MAP_READ: 1 };
  const buffers = operands.map((data, i) => {
    const array = i === 0 ? new Int32Array(data) : new Float32Array(data);
    const buffer = device.createBuffer({ size: array.byteLength, usage: (i === 0 ? UNIFORM : STORAGE) | COPY_DST });
    device.queue.writeBuffer(buffer, 0, array);
    return buffer;
  });
  const answer = device.createBuffer({ size: outputs * 4, usage: STORAGE | COPY_SRC });
  const copy = device.createBuffer({ size: outputs * 4, usage: COPY_DST | MAP_READ });
  const module = device.createShaderModule({ code });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module } });
  const entries = [...buffers, answer].map((buffer, binding) => ({ binding, resource: { buffer } }));
  const commands = device.createCommandEncoder();
  const pass = commands.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
  pass.dispatchWorkgroups(workgroups);
  pass.end();
  commands.copyBufferToBuffer(answer, 0, copy, 0, outputs * 4);
  device.queue.submit([commands.finish()]);
  await copy.mapAsync(1);
  const values = [...new Float32Array(copy.getMappedRange())];
  device.destroy();
  return values;
}

async function inNode() {
  const webgpu = await import("webgpu").catch(() => null);
  const gpu = webgpu?.create([]);
  if (!gpu || !(await gpu.requestAdapter())) return null;
  return { name: "webgpu in Node", run: (job) => compute(gpu, job), close: () => {} };
}

async function inChromium() {
  const playwright = await import("playwright-core").catch(() => null);
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const args = ["--no-sandbox", "--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];
  const browser = await playwright?.chromium.launch({ executablePath, args }).catch(() => null);
  if (!browser) return null;
  // Pages have WebGPU where they are trusted: on localhost, for one.
  const server = createServer((_, response) => response.end("<!doctype html>"));
  await new Promise((resolve) => server.listen(0, resolve));
  const page = await browser.newPage();
  await page.goto(`http://localhost:${server.address().port}`);
  const hasAdapter = await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
  const close = async () => {
    await browser.close();
    server.close();
  };
  if (hasAdapter) {
    const run = (job) => page.evaluate(`(${compute})(navigator.gpu, ${JSON.stringify(job)})`);
    return { name: "WebGPU in Chromium, by software", run, close };
  }
  await close();
  return null;
}

export async function findGpu() {
  return (await inNode()) ?? (await inChromium());
}
