/** @file The part that only the page runs, not its workers: it opens the page and takes dropped files. */
import { takeDrop } from "./draw/drop.ts";
import { change, current } from "./engine/image.ts";
import { goTo, openPage } from "./page.ts";
import { chelseaThePhoto } from "./view/image.ts";
import { watchLook } from "./view/look.ts";

watchLook();
openPage();
// Take a file dropped anywhere; otherwise the browser would open it in place of the page.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length === 0) return;
  goTo("network");
  takeDrop(files);
});
void chelseaThePhoto().then((photo) => current().photo ?? change({ photo }));
