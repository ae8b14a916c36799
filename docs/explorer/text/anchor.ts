/** @file The address of a heading in a chapter, as GitHub makes it. */
export function anchorOf(title: string): string {
  return title
    .replace(/<[^>]*>|&[a-z#0-9]+;/g, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}
