/* A paper just counted as printed opens the dialogue of the printer by itself.
 *
 * data-print  on the banner of a printed paper
 * data-print-page  on a button that prints the page: hidden without scripts
 */
(function () {
  "use strict";
  document.querySelectorAll("[data-print-page]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  if (document.querySelector("[data-print]")) window.print();
})();
