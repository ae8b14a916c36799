/** @file One program for the page and for its worker: a worker loads it again, so that there is no second file. */
import { change, current } from "./engine/image.ts";
import { serve } from "./engine/worker.ts";
import { openPage } from "./page.ts";
import { chelseaThePhoto } from "./view/image.ts";
import { watchLook } from "./view/look.ts";

if (typeof document === "undefined") serve();
else {
  watchLook();
  openPage();
  void chelseaThePhoto().then((photo) => current().photo ?? change({ photo }));
}
