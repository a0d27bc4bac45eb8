// All reviews, newest first.

import * as api from "./api.js";
import { h, put } from "./dom.js";
import { reviewList } from "./review.js";
import { button, heading, nothing } from "./ui.js";

export async function show(main, { signal }) {
  const standing = h("input", { type: "checkbox", id: "standing", checked: true });
  const list = h("div", { class: "panel" });
  const foot = h("div", { class: "foot" });
  let reviews = [];
  const load = async (before) => {
    const page = await api.get("/v1/reviews", { standing: standing.checked, before, limit: 50 }, signal);
    reviews = before ? [...reviews, ...page.reviews] : page.reviews;
    put(list, reviews.length
      ? reviewList(reviews, () => load(), true)
      : nothing(standing.checked ? "No review stands" : "No reviews yet", "They are made where two sides are compared."));
    put(foot, page.next ? button(null, "Load more", () => load(page.next)) : null);
  };
  standing.addEventListener("change", () => load());
  put(
    main,
    heading("Reviews", h("span", { class: "check" }, standing, h("label", { for: "standing" }, "Only those that stand"))),
    list,
    foot,
  );
  await load();
  return "Reviews";
}
