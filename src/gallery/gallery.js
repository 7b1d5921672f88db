"use strict";
(() => {
  const root = document.documentElement;
  const sections = [...document.querySelectorAll("main section")];
  const cards = sections.map((section) => [...section.querySelectorAll(".grid > li")]);
  const links = [...document.querySelectorAll("nav a")];
  const search = document.getElementById("search");
  const viewer = document.querySelector("dialog");
  let chosen = -1; // the set, by number; -1: all
  let visible = cards.flat();
  let open = null; // the card in the viewer

  // Before and after: one over the other, and a slider.

  function addSlider(picture) {
    const divider = document.createElement("span");
    divider.className = "divider";
    picture.insertBefore(divider, picture.lastChild);
    const slider = document.createElement("input");
    slider.type = "range";
    slider.value = 50;
    slider.setAttribute("aria-label", "from before to after");
    slider.addEventListener("input", () => picture.style.setProperty("--at", slider.value + "%"));
    picture.after(slider);
  }

  // Filters.

  const textOf = (card) => (card.searchText ??= card.textContent.toLowerCase());

  function filter() {
    const state = document.querySelector("input[name=state]:checked").value;
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    visible = [];
    sections.forEach((section, number) => {
      const wanted = chosen < 0 || chosen === number;
      let any = false;
      for (const card of cards[number]) {
        const show =
          wanted &&
          (state === "all" || card.classList.contains(state)) &&
          words.every((word) => textOf(card).includes(word));
        if (card.hidden === show) card.hidden = !show;
        if (show) visible.push(card);
        any ||= show;
      }
      section.hidden = !any;
    });
    const all = cards.reduce((sum, some) => sum + some.length, 0);
    document.getElementById("shown").textContent = visible.length === all ? "" : `${visible.length} of ${all} shown`;
  }

  function chooseSet(number) {
    chosen = chosen === number ? -1 : number;
    links.forEach((link, i) => (i === chosen ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")));
    filter();
    scrollTo(0, 0);
  }

  // The viewer.

  function view(card) {
    const copy = card.cloneNode(true);
    copy.querySelectorAll("input, .divider").forEach((node) => node.remove());
    copy.querySelectorAll("[style]").forEach((node) => node.removeAttribute("style"));
    copy.querySelectorAll("img").forEach((image) => (image.loading = "eager"));
    const picture = copy.querySelector(".ba");
    if (picture) addSlider(picture);
    const close = document.createElement("button");
    close.textContent = "Close";
    close.addEventListener("click", () => viewer.close());
    copy.prepend(close);
    viewer.replaceChildren(copy);
    open = card;
    if (!viewer.open) viewer.showModal();
  }

  viewer.addEventListener("click", (event) => {
    if (event.target === viewer) viewer.close();
  });
  viewer.addEventListener("close", () => {
    if (open) focusOn(open);
    open = null;
  });

  // The keyboard.

  const handleOf = (card) => card.querySelector("a.pic") ?? card;

  function focusOn(card) {
    const handle = handleOf(card);
    if (handle === card) card.tabIndex = -1;
    handle.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  const columns = (card) => getComputedStyle(card.parentNode).gridTemplateColumns.split(" ").length;

  function current() {
    return open ?? document.activeElement.closest(".grid > li");
  }

  function move(step) {
    const card = current();
    let at = visible.indexOf(card);
    if (at < 0) {
      at = visible.findIndex((one) => one.getBoundingClientRect().bottom > 0);
      if (at >= 0) focusOn(visible[at]);
      return;
    }
    const rows = step === "down" ? 1 : step === "up" ? -1 : 0;
    const next = visible[at + (rows ? rows * (open ? 1 : columns(card)) : step)];
    if (!next) return;
    if (open) view(next);
    else focusOn(next);
  }

  const moves = { j: 1, k: -1, ArrowRight: 1, ArrowLeft: -1, ArrowDown: "down", ArrowUp: "up" };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input");
    if (event.key === "Escape") {
      if (field !== search) return;
      search.value = "";
      search.blur();
      filter();
    } else if (field === search) {
      if (event.key === "Enter" && visible.length) focusOn(visible[0]);
      else return;
    } else if (event.key === "Enter" && event.target.matches(".grid > li")) {
      view(event.target); // one without a picture
    } else if (event.key === "/" && !open) {
      search.focus();
      search.select();
    } else if (event.key in moves && !(field && event.key.startsWith("Arrow"))) {
      move(moves[event.key]);
    } else {
      return;
    }
    event.preventDefault();
  });

  document.querySelector("main").addEventListener("click", (event) => {
    const picture = event.target.closest(".pic");
    if (!picture || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    view(picture.closest("li"));
  });
  document.querySelectorAll("input[name=state]").forEach((input) => input.addEventListener("change", filter));
  links.forEach((link, number) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      chooseSet(number);
    })
  );
  let pending = 0;
  search.addEventListener("input", () => {
    clearTimeout(pending);
    pending = setTimeout(filter, 60);
  });

  document.querySelectorAll(".ba").forEach(addSlider);
  root.classList.add("js");
  filter(); // a reloaded page keeps its radio buttons
})();
