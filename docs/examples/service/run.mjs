/**
 * `node docs/examples/service/run.mjs [MODEL]` starts the service on port 8080 (PORT names another), then
 *
 *   curl --data-binary @picture.jpg http://localhost:8080/classify
 */
import { service } from "./service.mjs";

const port = Number(process.env.PORT ?? 8080);
const server = await service(process.argv[2] ? { model: process.argv[2] } : {});
server.listen(port, () => console.log(`POST a picture to http://localhost:${port}/classify`));
