/* A paper just counted as printed opens the dialogue of the printer by itself.
 *
 * data-print  on the banner of a printed paper
 */
(function () {
  "use strict";
  if (document.querySelector("[data-print]")) window.print();
})();
