/** @file What the page does and its worker does not: it opens, and takes files that are dropped on it. */
import { takeDrop } from "./draw/drop.ts";
import { change, current } from "./engine/image.ts";
import { goTo, openPage } from "./page.ts";
import { chelseaThePhoto } from "./view/image.ts";
import { watchLook } from "./view/look.ts";

watchLook();
openPage();
// A file that is dropped anywhere is taken, and does not take the page's place.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length === 0) return;
  goTo("network");
  takeDrop(files);
});
void chelseaThePhoto().then((photo) => current().photo ?? change({ photo }));
