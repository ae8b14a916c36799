/** @file One program for the page and for its worker: a worker loads it again, so that there is no second file. */
import { change, current } from "./engine/picture.ts";
import { serve } from "./engine/worker.ts";
import { showPage } from "./page.ts";
import { watchLook } from "./view/look.ts";
import { chelseaThePhoto } from "./view/picture.ts";

if (typeof document === "undefined") serve();
else {
  watchLook();
  showPage();
  void chelseaThePhoto().then((photo) => current().photo ?? change({ photo }));
}
