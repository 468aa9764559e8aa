/* The responsibility matrix: arrows walk over the cells, Enter or a click opens one in place, Escape closes it.
 * Without this file each cell is a link to a page of its own.
 */
(function () {
  "use strict";
  var table = document.querySelector("[data-matrix]");
  if (!table || !window.htmx) return;

  function cells(row) {
    return Array.prototype.slice.call(row.querySelectorAll("td > .power"));
  }

  // One stop for the Tab key instead of two thousand.
  function makeCurrent(cell) {
    var old = table.querySelector('.power[tabindex="0"]');
    if (old) old.tabIndex = -1;
    cell.tabIndex = 0;
  }

  Array.prototype.forEach.call(table.querySelectorAll("td > .power"), function (cell, number) {
    cell.tabIndex = number ? -1 : 0;
  });

  function close(form) {
    var cell = form.parentNode.querySelector(".power");
    form.parentNode.classList.remove("is-open");
    form.parentNode.removeChild(form);
    cell.focus();
  }

  function open(cell) {
    var former = table.querySelector(".cell-form");
    if (former) close(former);
    makeCurrent(cell);
    window.htmx.ajax("GET", cell.href + "cell/", { target: cell.parentNode, swap: "innerHTML" });
  }

  function walk(cell, right, down) {
    var row = cell.closest("tr");
    var column = cells(row).indexOf(cell);
    if (down) {
      row = down > 0 ? row.nextElementSibling : row.previousElementSibling;
      if (!row) return;
    }
    var next = cells(row)[column + right];
    if (!next) return;
    makeCurrent(next);
    next.focus();
    // The heads stick over the cells: keep the one in hand clear of them.
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  table.addEventListener("click", function (event) {
    var cell = event.target.closest("td > .power");
    if (cell && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      open(cell);
    } else if (event.target.closest("[data-cancel]")) {
      close(event.target.closest(".cell-form"));
    }
  });

  var STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
  table.addEventListener("keydown", function (event) {
    if (event.isComposing || event.keyCode === 229) return;
    var form = event.target.closest(".cell-form");
    if (form) {
      if (event.key === "Escape") {
        event.preventDefault();
        close(form);
      } else if (event.key === "Enter" && event.target.tagName === "SELECT") {
        event.preventDefault(); // a select opens its list otherwise
        form.requestSubmit();
      }
      return;
    }
    var cell = event.target.closest("td > .power");
    var step = STEPS[event.key];
    if (!cell || !step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    walk(cell, step[0], step[1]);
  });

  document.addEventListener("htmx:afterSettle", function (event) {
    var place = event.target;
    if (!place.matches || !place.matches("[data-matrix] td")) return;
    var cell = place.querySelector(".power");
    var form = place.querySelector(".cell-form");
    place.classList.toggle("is-open", Boolean(form));
    if (cell) makeCurrent(cell);
    if (!form) return;
    var wrap = table.parentNode.getBoundingClientRect();
    form.classList.toggle("cell-form--left", place.getBoundingClientRect().left - wrap.left > wrap.width / 2);
    var first = form.querySelector("[aria-invalid]") || form.querySelector("select");
    if (first) first.focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest", inline: "nearest" });
    place.scrollIntoView({ block: "nearest", inline: "nearest" }); // its row stays in sight in any case
  });
})();
