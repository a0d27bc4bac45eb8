// The mode of colours, set before anything is drawn. `auto` is what the system says.
"use strict";
(() => {
  const kept = localStorage.getItem("hartomat.theme");
  document.documentElement.dataset.theme = ["dark", "light"].includes(kept) ? kept : "auto";
})();
