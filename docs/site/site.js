/* What the pages gain where scripts run: colours to choose, code to copy, and a search without a server. */
(() => {
  const { search: searchWord, theme: themeWord, up, language } = window.separableWords;
  const TEXTS = {
    en: { auto: "system", light: "light", dark: "dark", copy: "Copy", copied: "Copied", none: "Nothing found" },
    zh: { auto: "跟随系统", light: "浅色", dark: "深色", copy: "复制", copied: "已复制", none: "没有找到" },
  };
  const texts = TEXTS[language];
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  /* Colours: those of the system, or the ones chosen. */
  const THEMES = ["auto", "light", "dark"];
  const remembered = () => {
    try {
      return localStorage.getItem("separable.theme");
    } catch {
      return null;
    }
  };
  let theme = THEMES.includes(remembered()) ? remembered() : "auto";
  const themeButton = make("button", { type: "button" });
  const sources = [...document.querySelectorAll("source[media]")];
  const showTheme = () => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    for (const source of sources)
      source.media = theme === "auto" ? "(prefers-color-scheme: dark)" : theme === "dark" ? "all" : "not all";
    themeButton.textContent = `${themeWord}: ${texts[theme]}`;
  };
  themeButton.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    try {
      if (theme === "auto") localStorage.removeItem("separable.theme");
      else localStorage.setItem("separable.theme", theme);
    } catch {
      /* a page without memory forgets */
    }
    showTheme();
  });
  showTheme();

  /* Code that is typed elsewhere: without prompts and output. */
  for (const pre of document.querySelectorAll("main:not(.source) pre")) {
    const code = pre.querySelector("code");
    if (!code) continue;
    const button = make("button", { type: "button", textContent: texts.copy });
    button.addEventListener("click", async () => {
      const isConsole = code.className.includes("console");
      const commands = code.textContent.split("\n").filter((line) => line.startsWith("$ "));
      await navigator.clipboard.writeText(
        isConsole ? commands.map((line) => line.slice(2)).join("\n") : code.textContent,
      );
      button.textContent = texts.copied;
      setTimeout(() => {
        button.textContent = texts.copy;
      }, 1500);
    });
    const box = make("div", { className: "copyable" });
    pre.replaceWith(box);
    box.append(pre, button);
  }

  /* Search: the index comes as a script when somebody begins to type. */
  const input = make("input", { type: "search", placeholder: searchWord });
  input.setAttribute("aria-label", searchWord);
  const list = make("ul", { className: "results", hidden: true });
  let loading = null;
  const index = () => {
    loading ??= new Promise((resolve, reject) => {
      const script = make("script", { src: `${up}search.js` });
      script.addEventListener("load", () => resolve(window.separableIndex));
      script.addEventListener("error", reject);
      document.head.append(script);
    });
    return loading;
  };
  const find = (sections, words) => {
    const found = [];
    for (const [page, title, anchor, heading, text] of sections) {
      const inTitle = title.toLowerCase();
      const inHeading = heading.toLowerCase();
      const inText = text.toLowerCase();
      let score = 0;
      for (const word of words) {
        const own =
          (inHeading.includes(word) ? 8 : 0) + (inTitle.includes(word) ? 4 : 0) + (inText.includes(word) ? 1 : 0);
        if (own === 0) {
          score = 0;
          break;
        }
        score += own;
      }
      const isOwn = page.startsWith("zh/") === (language === "zh");
      if (score > 0) found.push({ page, title, anchor, heading, text, score: score + (isOwn ? 3 : 0) });
    }
    return found.sort((one, other) => other.score - one.score).slice(0, 12);
  };
  const around = (text, word) => {
    const at = Math.max(0, text.toLowerCase().indexOf(word) - 40);
    return `${at > 0 ? "… " : ""}${text.slice(at, at + 110)}…`;
  };
  const show = async () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const sections = words.length > 0 ? await index() : [];
    const found = find(sections, words);
    list.hidden = words.length === 0;
    list.replaceChildren(
      ...found.map(({ page, title, anchor, heading, text }) =>
        make(
          "li",
          {},
          make(
            "a",
            { href: `${up}${page}${anchor}` },
            heading === title ? title : `${title} › ${heading}`,
            make("small", { textContent: around(text, words[0]) }),
          ),
        ),
      ),
      ...(found.length === 0 ? [make("li", { textContent: texts.none })] : []),
    );
  };
  input.addEventListener("input", show);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") list.hidden = true;
    if (event.key === "/" && !/INPUT|TEXTAREA/.test(document.activeElement.tagName)) {
      event.preventDefault();
      input.focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!list.contains(event.target) && event.target !== input) list.hidden = true;
  });

  const tools =
    document.querySelector(".tools") ??
    document.querySelector("header > div").appendChild(make("span", { className: "tools" }));
  tools.prepend(input);
  tools.append(themeButton);
  document.querySelector("header > div").append(list);

  /* On a narrow screen the contents wait until they are asked for. */
  if (matchMedia("(max-width: 62rem)").matches) document.querySelector("nav details")?.removeAttribute("open");
})();
